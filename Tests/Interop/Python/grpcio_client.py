"""grpcio as the client of gRPC's interoperability tests: runs cases by their official names, says of each whether it passed.

grpcio does not tell a client whether an answer came compressed; the cases about that check what it holds."""

import argparse
import sys
import threading
import time
import traceback

import grpc

import stubs

empty, messages, services = stubs.load()
REQUESTS, ANSWERS = (27182, 8, 1828, 45904), (31415, 9, 2653, 58979)
METADATA = (
    ("x-grpc-test-echo-initial", "test_initial_metadata_value"),
    ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab"),
)


def zeros(count):
    return stubs.zeros(count, messages)


def large(**more):
    return messages.SimpleRequest(response_size=314159, payload=zeros(271828), **more)


def expect(what, came, expected):
    if came != expected:
        raise AssertionError(f"{what}: expected {expected}, came {came}")


def expect_code(call, code):
    try:
        call()
    except grpc.RpcError as error:
        expect("the code", error.code(), code)
        return error
    raise AssertionError(f"expected {code}, came OK")


def expect_large(answer):
    expect("the payload", answer.payload.body == bytes(314159), True)


class Requests:
    """A stream of requests that is written piece by piece."""

    def __init__(self):
        self.condition = threading.Condition()
        self.waiting = []
        self.ended = False

    def write(self, request):
        with self.condition:
            self.waiting.append(request)
            self.condition.notify()

    def end(self):
        with self.condition:
            self.ended = True
            self.condition.notify()

    def __iter__(self):
        return self

    def __next__(self):
        with self.condition:
            while not self.waiting and not self.ended:
                self.condition.wait()
            if self.waiting:
                return self.waiting.pop(0)
        raise StopIteration


def output_request(*sizes, **more):
    parameters = [messages.ResponseParameters(size=size) for size in sizes]
    return messages.StreamingOutputCallRequest(response_parameters=parameters, **more)


def empty_unary(test, connect):
    expect("the answer", test.EmptyCall(empty.Empty()), empty.Empty())


def large_unary(test, connect):
    expect_large(test.UnaryCall(large()))


def client_compressed_unary(test, connect):
    compressed = large(expect_compressed=messages.BoolValue(value=True))
    expect_code(lambda: test.UnaryCall(compressed), grpc.StatusCode.INVALID_ARGUMENT)
    expect_large(test.UnaryCall(compressed, compression=grpc.Compression.Gzip))
    expect_large(test.UnaryCall(large(expect_compressed=messages.BoolValue(value=False))))


def server_compressed_unary(test, connect):
    for value in (True, False):
        expect_large(test.UnaryCall(large(response_compressed=messages.BoolValue(value=value))))


def client_streaming(test, connect):
    requests = (messages.StreamingInputCallRequest(payload=zeros(size)) for size in REQUESTS)
    expect("the size", test.StreamingInputCall(requests).aggregated_payload_size, 74922)


def client_compressed_streaming(test, connect):
    """grpcio compresses a whole stream or none of it: the compressed and the plain message go in two calls."""
    def request(size, value):
        return messages.StreamingInputCallRequest(payload=zeros(size), expect_compressed=messages.BoolValue(value=value))

    expect_code(lambda: test.StreamingInputCall(iter([request(27182, True)])), grpc.StatusCode.INVALID_ARGUMENT)
    compressed = test.StreamingInputCall(iter([request(27182, True)]), compression=grpc.Compression.Gzip)
    plain = test.StreamingInputCall(iter([request(45904, False)]))
    expect("the size", compressed.aggregated_payload_size + plain.aggregated_payload_size, 73086)


def server_streaming(test, connect):
    sizes = [len(answer.payload.body) for answer in test.StreamingOutputCall(output_request(*ANSWERS))]
    expect("the sizes", sizes, list(ANSWERS))


def server_compressed_streaming(test, connect):
    parameters = [
        messages.ResponseParameters(size=size, compressed=messages.BoolValue(value=value))
        for size, value in ((31415, True), (92653, False))
    ]
    answers = test.StreamingOutputCall(messages.StreamingOutputCallRequest(response_parameters=parameters))
    expect("the sizes", [len(answer.payload.body) for answer in answers], [31415, 92653])


def ping_pong(test, connect):
    requests = Requests()
    answers = test.FullDuplexCall(requests)
    for request, size in zip(REQUESTS, ANSWERS):
        requests.write(output_request(size, payload=zeros(request)))
        expect("the size", len(next(answers).payload.body), size)
    requests.end()
    expect("what is left", list(answers), [])


def empty_stream(test, connect):
    expect("the answers", list(test.FullDuplexCall(iter([]))), [])


def custom_metadata(test, connect):
    def check(call):
        expect("initial metadata", METADATA[0] in tuple(call.initial_metadata()), True)
        expect("trailing metadata", METADATA[1] in tuple(call.trailing_metadata()), True)

    answer, call = test.UnaryCall.with_call(large(), metadata=METADATA)
    expect_large(answer)
    check(call)
    call = test.FullDuplexCall(iter([output_request(314159, payload=zeros(271828))]), metadata=METADATA)
    expect("the sizes", [len(answer.payload.body) for answer in call], [314159])
    check(call)


def echo_status(test, message, with_stream):
    status = messages.EchoStatus(code=2, message=message)
    calls = [lambda: test.UnaryCall(messages.SimpleRequest(response_status=status))]
    if with_stream:
        request = messages.StreamingOutputCallRequest(response_status=status)
        calls.append(lambda: list(test.FullDuplexCall(iter([request]))))
    for call in calls:
        expect("the message", expect_code(call, grpc.StatusCode.UNKNOWN).details(), message)


def status_code_and_message(test, connect):
    echo_status(test, "test status message", True)


def special_status_message(test, connect):
    echo_status(test, "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n", False)


def unimplemented_method(test, connect):
    expect_code(lambda: test.UnimplementedCall(empty.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(test, connect):
    stub = services.UnimplementedServiceStub(connect())
    expect_code(lambda: stub.UnimplementedCall(empty.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def cancel_after_begin(test, connect):
    call = test.StreamingInputCall.future(Requests())
    call.cancel()
    expect("cancelled", call.cancelled(), True)
    expect("the code", call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response(test, connect):
    requests = Requests()
    requests.write(output_request(31415, payload=zeros(27182)))
    call = test.FullDuplexCall(requests)
    expect("the size", len(next(call).payload.body), 31415)
    call.cancel()
    expect_code(lambda: next(call), grpc.StatusCode.CANCELLED)
    requests.end()


def timeout_on_sleeping_server(test, connect):
    requests = Requests()
    requests.write(messages.StreamingOutputCallRequest(payload=zeros(27182)))
    expect_code(lambda: next(test.FullDuplexCall(requests, timeout=0.001)), grpc.StatusCode.DEADLINE_EXCEEDED)
    requests.end()


def rpc_soak(test, connect):
    for _ in range(10):
        large_unary(test, connect)


def channel_soak(test, connect):
    for _ in range(10):
        with connect() as channel:
            large_unary(services.TestServiceStub(channel), connect)


def goaway(test, connect):
    large_unary(test, connect)
    time.sleep(1)
    large_unary(test, connect)


def reset(test, connect):
    try:
        test.UnaryCall(large())
    except grpc.RpcError:
        return
    raise AssertionError("expected a failure, came OK")


def max_streams(test, connect):
    large_unary(test, connect)
    for call in [test.UnaryCall.future(large()) for _ in range(10)]:
        expect_large(call.result())


CASES = {
    function.__name__: function
    for function in (
        empty_unary, large_unary, client_compressed_unary, server_compressed_unary, client_streaming, client_compressed_streaming,
        server_streaming, server_compressed_streaming, ping_pong, empty_stream, custom_metadata, status_code_and_message,
        special_status_message, unimplemented_method, unimplemented_service, cancel_after_begin, cancel_after_first_response,
        timeout_on_sleeping_server, rpc_soak, channel_soak, goaway, max_streams)
}
CASES |= {name: reset for name in ("rst_after_header", "rst_during_data", "rst_after_data")}
CASES |= {name: large_unary for name in ("ping", "data_frame_padding", "no_df_padding_sanity_test")}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", required=True, help="127.0.0.1:PORT")
    parser.add_argument("--case", action="append", required=True, choices=sorted(CASES))
    parser.add_argument("--authority", help="of the server's certificate")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    arguments = parser.parse_args()
    # As large as the tests' messages, and a connection for each channel.
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]

    def connect():
        if not arguments.authority:
            return grpc.insecure_channel(arguments.target, options)
        read = lambda path: open(path, "rb").read() if path else None
        credentials = grpc.ssl_channel_credentials(read(arguments.authority), read(arguments.key), read(arguments.certificate))
        return grpc.secure_channel(arguments.target, credentials, options)

    failed = False
    for name in arguments.case:
        with connect() as channel:
            try:
                CASES[name](services.TestServiceStub(channel), connect)
                print(f"{name} passed", flush=True)
            except grpc.RpcError as error:
                failed = True
                print(f"{name} failed: {error.code()}: {error.details()!r}", flush=True)
            except Exception as error:
                failed = True
                print(f"{name} failed: {str(error) or traceback.format_exc()!r}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
