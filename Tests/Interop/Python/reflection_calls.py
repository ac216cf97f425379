"""Asks a server what it has, in both versions of reflection and by grpcio-reflection's own database; a line for each finding.

usage: reflection_calls.py HOST:PORT SERVICE"""

import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha import reflection_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

target, service = sys.argv[1:]
channel = grpc.insecure_channel(target)
database = ProtoReflectionDescriptorDatabase(channel)
print("services", ",".join(sorted(database.get_services())))
pool = DescriptorPool(database)
found = pool.FindServiceByName(service)
print("methods", ",".join(method.name for method in found.methods))
print("input", found.methods[1].input_type.full_name, found.methods[1].input_type.fields_by_name["payload"].number)
print("import", pool.FindMessageTypeByName("google.rpc.Status").fields_by_name["details"].message_type.full_name)

Request = reflection_pb2.ServerReflectionRequest
questions = [
    Request(host="h", list_services="*"),
    Request(file_containing_symbol=f"{service}.EmptyCall"),
    Request(file_containing_symbol="nobody.Knows"),
    Request(file_by_filename="grpc/testing/empty.proto"),
    Request(),
]
for version in ("v1", "v1alpha"):
    call = channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
        request_serializer=Request.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString)
    answers = list(call(iter(questions)))
    kinds = [answer.WhichOneof("message_response").removesuffix("_response") for answer in answers]
    files = [len(answer.file_descriptor_response.file_descriptor_proto) for answer in answers]
    codes = [answer.error_response.error_code for answer in answers]
    echoed = all(answer.original_request == question for answer, question in zip(answers, questions))
    print(version, ",".join(kinds), files, codes, echoed, answers[0].valid_host)
