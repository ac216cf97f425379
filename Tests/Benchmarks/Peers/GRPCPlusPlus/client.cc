// gRPC's own C++ client, for two purposes: to measure what a unary call costs a caller (asynchronous, one completion queue, one thread), and to
// see with eyes not ours that a server under measurement answers rightly.
//
// usage: grpc-plus-plus-client PORT CALLS OUTSTANDING [PAYLOAD_BYTES]
// prints "CALLS calls SECONDS cpu seconds": the processor time of the whole process while the calls ran
#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "echo.grpc.pb.h"

namespace {

using lodestar::bench::v1::Echo;
using lodestar::bench::v1::EchoReply;
using lodestar::bench::v1::EchoRequest;

double ProcessorSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class Caller {
 public:
  Caller(Echo::Stub* stub, grpc::CompletionQueue* queue, size_t payload_bytes) : stub_(stub), queue_(queue) {
    request_.set_name("a name of usual length");
    request_.set_value(0.5);
    request_.set_payload(std::string(payload_bytes, '\7'));
  }

  void Begin(int64_t number) {
    request_.set_seq(number);
    call_.emplace();
    call_->reader = stub_->AsyncUnary(&call_->context, request_, queue_);
    call_->reader->Finish(&reply_, &call_->status, this);
  }

  void Check() const {
    bool is_right = call_->status.ok() && reply_.seq() == request_.seq() + 1 && reply_.name() == request_.name() &&
                    reply_.value() == request_.value() && reply_.payload() == request_.payload();
    if (is_right) return;
    std::fprintf(stderr, "grpc-plus-plus-client: a wrong answer: status %d %s\n", call_->status.error_code(),
                 call_->status.error_message().c_str());
    std::exit(1);
  }

 private:
  // What gRPC wants to be new for every call.
  struct Call {
    grpc::ClientContext context;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<EchoReply>> reader;
  };

  Echo::Stub* stub_;
  grpc::CompletionQueue* queue_;
  std::optional<Call> call_;
  EchoRequest request_;
  EchoReply reply_;
};

void Run(int64_t calls, std::deque<Caller>& callers, grpc::CompletionQueue& queue) {
  int64_t begun = 0, finished = 0;
  for (auto& caller : callers) {
    if (begun < calls) caller.Begin(begun++);
  }
  void* tag;
  bool is_alive;
  while (finished < calls && queue.Next(&tag, &is_alive)) {
    auto* caller = static_cast<Caller*>(tag);
    caller->Check();
    finished++;
    if (begun < calls) caller->Begin(begun++);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::fprintf(stderr, "usage: grpc-plus-plus-client PORT CALLS OUTSTANDING [PAYLOAD_BYTES]\n");
    return 2;
  }
  auto calls = std::atoll(arguments[2]);
  auto outstanding = std::atoll(arguments[3]);
  auto channel = grpc::CreateChannel("127.0.0.1:" + std::string(arguments[1]), grpc::InsecureChannelCredentials());
  auto stub = Echo::NewStub(channel);
  grpc::CompletionQueue queue;
  std::deque<Caller> callers;
  for (int64_t index = 0; index < outstanding; index++) {
    callers.emplace_back(stub.get(), &queue, count > 4 ? std::atoll(arguments[4]) : 16);
  }
  // Connecting and first uses are no part of a call's price.
  Run(outstanding * 20, callers, queue);
  double before = ProcessorSeconds();
  Run(calls, callers, queue);
  std::printf("%lld calls %f cpu seconds\n", calls, ProcessorSeconds() - before);
}
