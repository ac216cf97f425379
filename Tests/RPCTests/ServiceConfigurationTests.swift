import Reactor
import Testing

@testable import RPC

struct ServiceConfigurationTests {
  @Test func `the JSON form is read, the exact name counts more than the service's and that more than all`() throws {
    let configuration = try ServiceConfiguration(
      json: """
        {"methodConfig": [
          {"name": [{}], "timeout": "1s"},
          {"name": [{"service": "a.B"}], "timeout": "2.5s", "waitForReady": true, "maxRequestMessageBytes": "1024"},
          {"name": [{"service": "a.B", "method": "C"}], "maxResponseMessageBytes": 10,
           "retryPolicy": {"maxAttempts": 9, "initialBackoff": ".1s", "maxBackoff": "1s", "backoffMultiplier": 2,
                           "retryableStatusCodes": ["UNAVAILABLE", 8, "aborted"]}},
          {"name": [{"service": "a.B", "method": "D"}],
           "hedgingPolicy": {"maxAttempts": 3, "hedgingDelay": "0.5s", "nonFatalStatusCodes": ["INTERNAL"]}}],
         "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1259},
         "loadBalancingConfig": [{"grpclb": {}}, {"round_robin": {}}, {"pick_first": {}}],
         "healthCheckConfig": {"serviceName": "a.B"}, "somethingNew": [1]}
        """)
    #expect(configuration.method(at: "/x.Y/Z")?.timeout == .seconds(1))
    #expect(configuration.method(at: "/a.B/Z")?.timeout == .milliseconds(2500))
    #expect(configuration.method(at: "/a.B/Z")?.waitsForReady == true)
    #expect(configuration.method(at: "/a.B/Z")?.maximumRequestBytes == 1024)
    #expect(
      configuration.method(at: "/a.B/C")?.repetition
        == .retry(
          RetryPolicy(
            maximumAttempts: 5, initialBackoff: .milliseconds(100), maximumBackoff: .seconds(1), multiplier: 2,
            retryableCodes: [.unavailable, .resourceExhausted, .aborted])))
    #expect(configuration.method(at: "/a.B/C")?.timeout == nil)
    #expect(
      configuration.method(at: "/a.B/D")?.repetition
        == .hedge(HedgingPolicy(maximumAttempts: 3, delay: .milliseconds(500), nonFatalCodes: [.internalError])))
    #expect(configuration.retryThrottling == RetryThrottling(maximumTokens: 10, tokenRatio: 0.125))
    #expect(configuration.loadBalancing == .roundRobin)
    #expect(configuration.healthCheckService == "a.B")
  }

  @Test func `outlier detection wraps the policy of its child`() throws {
    let configuration = try ServiceConfiguration(
      json: """
        {"loadBalancingConfig": [{"outlier_detection": {"interval": "5s", "maxEjectionPercent": 50,
          "successRateEjection": {"stdevFactor": 1000}, "failurePercentageEjection": {"threshold": 40, "requestVolume": 2},
          "childPolicy": [{"least_request": {"choiceCount": 4}}]}}]}
        """)
    #expect(configuration.loadBalancing == .leastRequest(choices: 4))
    let rules = try #require(configuration.outlierDetection)
    #expect(rules.interval == .seconds(5))
    #expect(rules.baseEjectionTime == .seconds(30))
    #expect(rules.maximumEjectionPercentage == 50)
    #expect(rules.successRate?.deviationFactor == 1)
    #expect(rules.failurePercentage?.threshold == 40)
    #expect(rules.failurePercentage?.requestVolume == 2)
  }

  @Test(arguments: [
    ("[", "is not JSON"), ("[]", "has to be an object"), (#"{"methodConfig": {}}"#, "methodConfig has to be an array"),
    (#"{"methodConfig": [{"name": [{"method": "C"}]}]}"#, "methodConfig[0].name[0] names a method without its service"),
    (#"{"methodConfig": [{"name": [{"service": "a"}, {"service": "a"}]}]}"#, "methodConfig[0].name[1] is named twice"),
    (#"{"methodConfig": [{"timeout": "1"}]}"#, "methodConfig[0].timeout has to be a duration such as \"1.5s\""),
    (#"{"methodConfig": [{"timeout": "-1s"}]}"#, "methodConfig[0].timeout must not be negative"),
    (#"{"methodConfig": [{"timeout": "1.0000000001s"}]}"#, "has to be a duration"),
    (#"{"methodConfig": [{"waitForReady": 1}]}"#, "methodConfig[0].waitForReady has to be true or false"),
    (#"{"methodConfig": [{"maxRequestMessageBytes": -1}]}"#, "maxRequestMessageBytes has to be a whole number from 0"),
    (#"{"methodConfig": [{"retryPolicy": {}}]}"#, "methodConfig[0].retryPolicy has to have a maxAttempts"),
    (#"{"methodConfig": [{"retryPolicy": {"maxAttempts": 1}}]}"#, "retryPolicy.maxAttempts has to be a whole number of at least 2"),
    (
      #"{"methodConfig": [{"retryPolicy": {"maxAttempts": 2, "initialBackoff": "0s"}}]}"#,
      "retryPolicy.initialBackoff has to be longer than 0s"
    ),
    (#"{"methodConfig": [{"retryPolicy": {}, "hedgingPolicy": {}}]}"#, "methodConfig[0] has a retryPolicy and a hedgingPolicy"),
    (
      #"{"methodConfig": [{"hedgingPolicy": {"maxAttempts": 2, "nonFatalStatusCodes": ["NOPE"]}}]}"#,
      "hedgingPolicy.nonFatalStatusCodes[0] is no status code"
    ),
    (
      #"{"retryThrottling": {"maxTokens": 1001, "tokenRatio": 1}}"#,
      "retryThrottling.maxTokens has to be a whole number from 1 to 1000"
    ),
    (#"{"retryThrottling": {"maxTokens": 10, "tokenRatio": 0}}"#, "retryThrottling.tokenRatio has to be a number above 0"),
    (#"{"loadBalancingConfig": [{"xds": {}}]}"#, "names no policy that is known here (xds)"),
    (#"{"loadBalancingConfig": [{"round_robin": {}, "pick_first": {}}]}"#, "loadBalancingConfig[0] has to have one policy's name"),
    (
      #"{"loadBalancingConfig": [{"outlier_detection": {"maxEjectionPercent": 101}}]}"#,
      "maxEjectionPercent has to be a whole number from 0 to 100"
    ),
    (#"{"loadBalancingConfig": [{"outlier_detection": {}}]}"#, "outlier_detection has to have a childPolicy"),
  ]) func `what is wrong is told with its place`(json: String, reason: String) throws {
    let error = #expect(throws: ServiceConfigurationError.self) { try ServiceConfiguration(json: json) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
  }
}

struct ChannelTargetTests {
  @Test func `targets are read as gRPC writes them`() throws {
    #expect(try ChannelTarget("dns:///example.invalid:50051").kind == .name(host: "example.invalid", port: 50051))
    #expect(try ChannelTarget("dns:example.invalid").kind == .name(host: "example.invalid", port: 443))
    #expect(try ChannelTarget("example.invalid:1").authority == "example.invalid:1")
    #expect(try ChannelTarget("localhost:80").kind == .name(host: "localhost", port: 80))
    #expect(try ChannelTarget("127.0.0.1:80").kind == .fixed([.ip(host: "127.0.0.1", port: 80)]))
    #expect(
      try ChannelTarget("ipv4:1.2.3.4:5,6.7.8.9").kind == .fixed([.ip(host: "1.2.3.4", port: 5), .ip(host: "6.7.8.9", port: 443)]))
    #expect(try ChannelTarget("ipv6:[::1]:5,::2").kind == .fixed([.ip(host: "::1", port: 5), .ip(host: "::2", port: 443)]))
    #expect(try ChannelTarget("unix:relative.sock").kind == .fixed([.unix(path: "relative.sock")]))
    #expect(try ChannelTarget("unix:///tmp/x.sock").kind == .fixed([.unix(path: "/tmp/x.sock")]))
    #expect(try ChannelTarget("unix:///tmp/x.sock").authority == "localhost")
  }

  @Test(arguments: [
    "", "dns://8.8.8.8/name:1", "dns:///", "xds:///service", "ipv4:name:1", "ipv4:", "ipv4:[::1]:5", "ipv6:1.2.3.4:5", "unix:",
    "a:b:c", "host:99999", "dns:///host:",
  ]) func `what is no target is refused with the reason`(text: String) {
    let error = #expect(throws: ChannelTargetError.self) { try ChannelTarget(text) }
    #expect(error?.description.contains("is no target of a channel: ") == true)
  }
}
