// The same with gRPC's callback interface, whose threads are gRPC's own. The faster of the two is what we compare with.
//
// usage: grpc-plus-plus-callback-server PORT; prints "listening PORT"
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <string>

#include "echo.grpc.pb.h"

namespace {

using lodestar::bench::v1::Echo;
using lodestar::bench::v1::EchoReply;
using lodestar::bench::v1::EchoRequest;

class Handlers final : public Echo::CallbackService {
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const EchoRequest* request, EchoReply* reply) override {
    reply->set_name(request->name());
    reply->set_seq(request->seq() + 1);
    reply->set_value(request->value());
    reply->set_payload(request->payload());
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: grpc-plus-plus-callback-server PORT\n");
    return 2;
  }
  int port = 0;
  Handlers handlers;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::string(arguments[1]), grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&handlers);
  auto server = builder.BuildAndStart();
  if (!server || !port) return 1;
  std::printf("listening %d\n", port);
  std::fflush(stdout);
  server->Wait();
}
