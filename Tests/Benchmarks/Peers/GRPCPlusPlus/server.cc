// gRPC's own C++ server as a peer to measure against: asynchronous, one completion queue, one thread.
//
// usage: grpc-plus-plus-server PORT; prints "listening PORT"
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "echo.grpc.pb.h"

namespace {

using lodestar::bench::v1::Echo;
using lodestar::bench::v1::EchoReply;
using lodestar::bench::v1::EchoRequest;

// Calls that may be asked for at a time: more than the load has outstanding, so that none waits for a place.
constexpr int places = 256;

// Serves one call after the other: asked for, answered, done, asked for again.
class Place {
 public:
  Place(Echo::AsyncService* service, grpc::ServerCompletionQueue* queue) : service_(service), queue_(queue) { Ask(); }

  void Proceed(bool is_alive) {
    if (!is_alive || is_answered_) return Ask();
    is_answered_ = true;
    EchoReply reply;
    reply.set_allocated_name(request_.release_name());
    reply.set_seq(request_.seq() + 1);
    reply.set_value(request_.value());
    reply.set_allocated_payload(request_.release_payload());
    call_->responder.Finish(reply, grpc::Status::OK, this);
  }

 private:
  // What gRPC wants to be new for every call.
  struct Call {
    grpc::ServerContext context;
    grpc::ServerAsyncResponseWriter<EchoReply> responder{&context};
  };

  void Ask() {
    is_answered_ = false;
    request_.Clear();
    call_.emplace();
    service_->RequestUnary(&call_->context, &request_, &call_->responder, queue_, queue_, this);
  }

  Echo::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  std::optional<Call> call_;
  EchoRequest request_;
  bool is_answered_ = false;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: grpc-plus-plus-server PORT\n");
    return 2;
  }
  int port = 0;
  Echo::AsyncService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::string(arguments[1]), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  auto queue = builder.AddCompletionQueue();
  auto server = builder.BuildAndStart();
  if (!server || !port) return 1;
  std::printf("listening %d\n", port);
  std::fflush(stdout);
  std::vector<std::unique_ptr<Place>> all;
  for (int index = 0; index < places; index++) all.push_back(std::make_unique<Place>(&service, queue.get()));
  void* tag;
  bool is_alive;
  while (queue->Next(&tag, &is_alive)) static_cast<Place*>(tag)->Proceed(is_alive);
}
