import Testing

@testable import protoc_gen_lodestar

struct RefusalTests {
  @Test func `a message that holds itself is refused by the name of the circle`() throws {
    #expect(
      try ProtoFiles("message A { A inner = 1; }").refusal()
        == "no message may hold itself: a.b.v1.A → a.b.v1.A; use a flat list with indices")
    #expect(
      try ProtoFiles("message A { B b = 1; } message B { repeated C c = 1; } message C { oneof x { A a = 1; } }").refusal()
        == "no message may hold itself: a.b.v1.A → a.b.v1.B → a.b.v1.C → a.b.v1.A; use a flat list with indices")
  }

  @Test func `a circle through another file is refused as well`() throws {
    let files = ProtoFiles(texts: [
      "a.proto": "syntax = \"proto3\";\npackage a;\nimport \"b.proto\";\nmessage A { b.B b = 1; }",
      "b.proto": "syntax = \"proto3\";\npackage b;\nmessage B { C c = 1; }\nmessage C { B b = 1; }",
    ])
    #expect(try files.refusal() == "no message may hold itself: b.B → b.C → b.B; use a flat list with indices")
  }

  @Test func `a message held twice is no circle`() throws {
    #expect(try ProtoFiles("message A { B b = 1; C c = 2; } message B { C c = 1; } message C {}").refusal() == nil)
  }

  @Test(arguments: [
    ("message A { map<string, int32> m = 1; }", "a.b.v1.A.MEntry: map fields are not generated"),
    ("message A { optional int32 n = 1; }", "a.b.v1.A.n: `optional` is not supported by protobuf-c 1.4"),
    ("message A { int32 Count = 1; }", "a.b.v1.A.Count: a field's name is lower_snake_case"),
    ("message A { int32 n = 1 [json_name = \"m\"]; }", "a.b.v1.A.n: a field's name is lower_snake_case"),
    ("message A { int32 self = 1; }", "a.b.v1.A.self: the name is taken in Swift"),
    ("message A { int32 json_value = 1; }", "a.b.v1.A.json_value: the name is taken in Swift"),
    ("message A { int32 choice = 1; oneof choice_ { int32 n = 2; } }", "a.b.v1.A.choice_: the name is taken in Swift"),
    ("message String {}", "a.b.v1.String: String means something else in Swift"),
    ("enum E { option allow_alias = true; E_A = 0; E_B = 0; }", "a.b.v1.E.E_B: aliases are not generated"),
    ("enum E { E_A = 0; E_1 = 1; }", "a.b.v1.E: two values, or a number, would be called \"1\" in Swift"),
    ("message RequestStream {}", "a.b.v1.RequestStream: RequestStream means something else in Swift"),
    ("message SService {} service S { rpc Get(SService) returns (SService); }", "would both be called SService in Swift"),
  ]) func `what cannot be carried is refused with a way out`(body: String, reason: String) throws {
    let refusal = try #require(try ProtoFiles(body).refusal())
    #expect(refusal.contains(reason))
  }

  @Test(arguments: [
    "message A { required int32 n = 1; }", "message A { optional group G = 1 { optional int32 n = 2; } }",
    "message A { extensions 100 to 200; }",
    "enum E { E_ONE = 1; }",
  ]) func `proto2 is refused`(body: String) throws {
    #expect(try ProtoFiles(body, syntax: "proto2").refusal() == "a.proto: only proto3 is generated from")
  }

  @Test func `the same name in two packages is refused`() throws {
    let files = ProtoFiles(texts: [
      "a.proto": "syntax = \"proto3\";\npackage a;\nmessage Row {}", "b.proto": "syntax = \"proto3\";\npackage b;\nmessage Row {}",
    ])
    #expect(try files.refusal() == "b.Row and a.Row would both be called Row in Swift")
  }

  @Test func `an option that the plugin does not know is refused`() throws {
    #expect(throws: SchemaError(description: "no such option: modul=X")) { try PluginOptions("c_module=C,modul=X") }
    #expect(throws: SchemaError.self) { try PluginOptions("c_module") }
    for value in ["a.b", "a.b=", "=P", "a=b=c"] {
      #expect(throws: SchemaError(description: "prefix=\(value): it has to be prefix=PACKAGE=PREFIX")) {
        try PluginOptions("prefix=\(value)")
      }
    }
  }
}
