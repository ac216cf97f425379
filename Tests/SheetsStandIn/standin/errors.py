"""The errors that the API answers with: google.rpc.Status as JSON, with BadRequest details where Google gives them."""

STATUS = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL", 503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An answer other than 200."""

    def __init__(self, code: int, message: str, details: list | None = None, headers: dict | None = None):
        super().__init__(message)
        self.code, self.message, self.details, self.headers = code, message, details, headers or {}

    def body(self) -> dict:
        error = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        if self.details:
            error["details"] = self.details
        return {"error": error}


def bad_field(field: str, description: str) -> ApiError:
    """A request that names or types a field wrongly."""
    violation = {"description": description}
    if field:
        violation = {"field": field, **violation}
    return ApiError(400, description, [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}])


def not_found() -> ApiError:
    return ApiError(404, "Requested entity was not found.")
