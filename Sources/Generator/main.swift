// A protoc plugin: reads a CodeGeneratorRequest from standard input, answers with Swift files on standard output.

import CDescriptors
import Glibc

func readAll() -> [UInt8] {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
    guard count > 0 else { return bytes }
    bytes += buffer[..<count]
  }
}

func writeAll(_ bytes: [UInt8], to file: Int32) {
  var written = 0
  while written < bytes.count {
    let count = unsafe bytes[written...].withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    guard count > 0 else { exit(1) }
    written += count
  }
}

func respond(_ answer: Result<[GeneratedFile], SchemaError>) {
  var response = unsafe Google__Protobuf__Compiler__CodeGeneratorResponse()
  unsafe google__protobuf__compiler__code_generator_response__init(&response)
  // FEATURE_PROTO3_OPTIONAL: protoc then leaves it to us to refuse it, and to say what to do instead.
  unsafe (response.has_supported_features, response.supported_features) = (1, 1)
  switch answer {
  case .failure(let error): unsafe response.error = strdup(error.description)
  case .success(let files):
    let list = UnsafeMutablePointer<UnsafeMutablePointer<Google__Protobuf__Compiler__CodeGeneratorResponse__File>?>.allocate(
      capacity: files.count)
    for (index, file) in files.enumerated() {
      let message = UnsafeMutablePointer<Google__Protobuf__Compiler__CodeGeneratorResponse__File>.allocate(capacity: 1)
      unsafe google__protobuf__compiler__code_generator_response__file__init(message)
      unsafe message.pointee.name = strdup(file.name)
      unsafe message.pointee.content = strdup(file.content)
      unsafe list[index] = message
    }
    unsafe (response.n_file, response.file) = (files.count, list)
  }
  let size = unsafe google__protobuf__compiler__code_generator_response__get_packed_size(&response)
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { room, count in
    unsafe count = google__protobuf__compiler__code_generator_response__pack(&response, room.baseAddress)
  }
  writeAll(bytes, to: STDOUT_FILENO)
}

func run() {
  let bytes = readAll()
  guard let request = unsafe google__protobuf__compiler__code_generator_request__unpack(nil, bytes.count, bytes) else {
    writeAll(
      Array("protoc-gen-lodestar: no CodeGeneratorRequest on standard input; protoc is to start this program\n".utf8),
      to: STDERR_FILENO)
    exit(1)
  }
  let schema = unsafe Schema(UnsafeBufferPointer(start: request.pointee.proto_file, count: request.pointee.n_proto_file))
  let paths = unsafe (0..<request.pointee.n_file_to_generate).map { unsafe String(cString: request.pointee.file_to_generate[$0]!) }
  let parameter = unsafe request.pointee.parameter.map { unsafe String(cString: $0) } ?? ""
  do throws(SchemaError) {
    respond(.success(try generate(schema, paths: paths, options: PluginOptions(parameter))))
  } catch {
    respond(.failure(error))
  }
}

run()
