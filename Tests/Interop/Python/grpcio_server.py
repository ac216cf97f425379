"""grpcio as the server of gRPC's interoperability tests: its first line of output names the port; it ends with its input.

grpcio does not tell a server whether a message came compressed, so `expect_compressed` is not looked at."""

import argparse
import sys
import time
from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

import stubs

empty, messages, services = stubs.load()
INITIAL, TRAILING = "x-grpc-test-echo-initial", "x-grpc-test-echo-trailing-bin"


def echo_metadata(context):
    sent = list(context.invocation_metadata())
    initial = [(key, value) for key, value in sent if key == INITIAL]
    trailing = [(key, value) for key, value in sent if key == TRAILING]
    if initial:
        context.send_initial_metadata(initial)
    if trailing:
        context.set_trailing_metadata(trailing)


def check_status(request, context):
    if request.HasField("response_status") and request.response_status.code != 0:
        code = next(code for code in grpc.StatusCode if code.value[0] == request.response_status.code)
        context.abort(code, request.response_status.message)


class TestServer(services.TestServiceServicer):
    def EmptyCall(self, request, context):
        echo_metadata(context)
        return empty.Empty()

    def UnaryCall(self, request, context):
        if request.response_compressed.value:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        check_status(request, context)
        return messages.SimpleResponse(payload=stubs.zeros(request.response_size, messages))

    def StreamingOutputCall(self, request, context):
        compresses = any(parameters.compressed.value for parameters in request.response_parameters)
        if compresses:
            context.set_compression(grpc.Compression.Gzip)
        echo_metadata(context)
        yield from self.answers(request, context, compresses)

    def StreamingInputCall(self, requests, context):
        echo_metadata(context)
        size = sum(len(request.payload.body) for request in requests)
        return messages.StreamingInputCallResponse(aggregated_payload_size=size)

    def FullDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in requests:
            yield from self.answers(request, context, False)

    def HalfDuplexCall(self, requests, context):
        echo_metadata(context)
        for request in list(requests):
            yield from self.answers(request, context, False)

    @staticmethod
    def answers(request, context, compresses):
        check_status(request, context)
        for parameters in request.response_parameters:
            if parameters.interval_us > 0:
                time.sleep(parameters.interval_us / 1e6)
            if compresses and not parameters.compressed.value:
                context.disable_next_message_compression()
            yield messages.StreamingOutputCallResponse(payload=stubs.zeros(parameters.size, messages))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--authority", help="of clients' certificates, which are then required")
    arguments = parser.parse_args()

    # No other process may share the port: a second server there would take half of the calls.
    server = grpc.server(futures.ThreadPoolExecutor(32), options=[("grpc.so_reuseport", 0)])
    services.add_TestServiceServicer_to_server(TestServer(), server)
    served = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(served, server)
    served.set("", health_pb2.HealthCheckResponse.SERVING)
    name = "grpc.testing.TestService"
    reflection.enable_server_reflection((name, reflection.SERVICE_NAME, health.SERVICE_NAME), server)
    address = f"{arguments.host}:{arguments.port}"
    if arguments.certificate:
        pair = tuple(open(path, "rb").read() for path in (arguments.key, arguments.certificate))
        authority = open(arguments.authority, "rb").read() if arguments.authority else None
        credentials = grpc.ssl_server_credentials([pair], authority, authority is not None)
        port = server.add_secure_port(address, credentials)
    else:
        port = server.add_insecure_port(address)
    server.start()
    print(f"listening on {arguments.host}:{port}", flush=True)
    sys.stdin.read()
    server.stop(0)


if __name__ == "__main__":
    main()
