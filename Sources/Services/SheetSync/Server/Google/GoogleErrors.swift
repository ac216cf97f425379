import Wire

/// What Google's refusals mean for a person.
extension WorkbookError {
  /// - Parameters:
  ///   - title: the spreadsheet's title, or its address as long as the title is not known.
  ///   - email: the service account's.
  static func google(_ answer: HTTPAnswer, title: String, email: String) -> WorkbookError {
    let refusal = GoogleRefusal(answer)
    if (500...599).contains(refusal.code) { return away(title, refusal.saying) }
    let (kind, problem, mend): (Kind, String, String) =
      switch (refusal.code, refusal.status) {
      case (401, _):
        (
          .credentials, "Google does not accept the service account's token\(refusal.saying)",
          "Check that \(email) still exists and that its key was not deleted; make a new key file if need be."
        )
      case (403, _) where refusal.isDisabledAPI:
        (
          .credentials, "the Google Sheets API is not switched on in the project of \(email)",
          "Switch it on in Google Cloud under \"APIs & Services\" > \"Library\" > \"Google Sheets API\", and wait some minutes."
        )
      case (403, _):
        (
          .notShared, "Google refuses \(email) access to it\(refusal.saying)",
          "In the spreadsheet choose Share, add \(email) as an editor, and see that the cells are not protected from it."
        )
      case (404, _):
        (
          .notFound, "Google has no spreadsheet at this address",
          "Copy the address anew from the browser, and share the spreadsheet with \(email)."
        )
      case (400, "FAILED_PRECONDITION"):
        (
          .notAWorkbook, "it is no Google spreadsheet but another file in Google Drive\(refusal.saying)",
          "Open it in Google Sheets, choose File > \"Save as Google Sheets\", and use the address of the copy."
        )
      case (429, _):
        (
          .unavailable, "Google's quota of calls per minute stays used up",
          "See what else uses the account \(email), or ask Google for a higher quota and set LODESTAR_SYNC_GOOGLE_READS_PER_MINUTE."
        )
      default:
        (
          .notAccessible, "Google refused a call (\(refusal.code))\(refusal.saying)",
          "Repeat the action; if it is refused again, look whether a tab was renamed or is protected."
        )
      }
    return WorkbookError(kind, file: title, problem: problem, mend: mend)
  }

  /// The service account could not get a token.
  static func googleToken(_ exchange: HTTPExchange, title: String, email: String) -> WorkbookError {
    guard case .answer(let answer) = exchange, (400..<500).contains(answer.status) else {
      return away(title, " when asked for a token")
    }
    let value = try? JSONValue(parsing: answer.body)
    let said = value?["error_description"]?.stringValue ?? value?["error"]?.stringValue ?? ""
    if said.contains("iat") || said.contains("timeframe") {
      return WorkbookError(
        .credentials, file: title, problem: "Google finds this machine's clock wrong\(GoogleRefusal.quoted(said))",
        mend: "Set the clock of the machine that lodestar-sync runs on, and let NTP keep it.")
    }
    return WorkbookError(
      .credentials, file: title, problem: "Google gives \(email) no token\(GoogleRefusal.quoted(said))",
      mend: "Check that the account exists and that its key was not deleted; make a new key file and name it in"
        + " LODESTAR_SYNC_GOOGLE_CREDENTIALS.")
  }

  static func away(_ title: String, _ detail: String = "") -> WorkbookError {
    WorkbookError(
      .unavailable, file: title, problem: "Google cannot be reached or does not answer\(detail)",
      mend: "Check the network, see Google's status page, and repeat the action.")
  }

  static func unexpected(_ title: String, _ what: String) -> WorkbookError {
    WorkbookError(
      .damaged, file: title, problem: "Google's answer cannot be understood: \(what)",
      mend: "Repeat the action; if it stays so, tell Lodestar's maintainers.")
  }

  static func cancelled(_ title: String) -> WorkbookError {
    WorkbookError(.unavailable, file: title, problem: "the action was cancelled", mend: "Repeat it when it is wanted.")
  }
}

/// The error in an answer of Google's: `{"error":{"code":…,"message":…,"status":…,"details":[…]}}`.
struct GoogleRefusal {
  static let longestQuotation = 300

  let code: Int
  let status: String
  let message: String
  let isDisabledAPI: Bool

  init(_ answer: HTTPAnswer) {
    let error = (try? JSONValue(parsing: answer.body))?["error"]
    code = answer.status
    status = error?["status"]?.stringValue ?? ""
    message = error?["message"]?.stringValue ?? ""
    let reasons = (error?["details"]?.arrayValue ?? []).compactMap { $0["reason"]?.stringValue }
    isDisabledAPI = reasons.contains("SERVICE_DISABLED") || message.contains("has not been used in project")
  }

  /// What Google says, to go after a sentence.
  var saying: String { Self.quoted(message) }

  /// Without control characters, cut to a length that a message can bear.
  static func quoted(_ text: String) -> String {
    let plain = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    guard !plain.isEmpty else { return "" }
    return " (it says: \"\(plain.count <= longestQuotation ? plain : plain.prefix(longestQuotation) + "…")\")"
  }
}
