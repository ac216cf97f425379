import EchoMessages
import Glibc
import Logging
import RPC
import Reactor

/// Our client under measurement: unary calls over one channel on one loop, always so many outstanding. Checks every answer, then prints
/// "CALLS calls SECONDS cpu seconds": the processor time of the whole process while the calls ran.
///
/// usage: echo-client PORT CALLS OUTSTANDING
@main struct UnaryCalls {
  struct WrongAnswer: Error {}

  let port: Int
  let calls: Int
  let outstanding: Int

  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
    guard numbers.count == 3, numbers.allSatisfy({ $0 > 0 }) else {
      print("usage: echo-client PORT CALLS OUTSTANDING")
      exit(2)
    }
    Task.detached {
      do {
        try await UnaryCalls(port: numbers[0], calls: numbers[1], outstanding: numbers[2]).measure()
        exit(0)
      } catch {
        print("echo-client: \(error)")
        exit(1)
      }
    }
    // Everything happens on the loop; this thread only keeps the process.
    while true { pause() }
  }

  func measure() async throws {
    let loops = EventLoopGroup(count: 1)
    let channel = RPCChannel(to: .ip(host: "127.0.0.1", port: port), loops: loops, logger: Logger(label: "echo-client"))
    let client = EchoClient(channel: channel)
    // Connecting and first uses are no part of a call's price.
    try await run(outstanding * 20, client, on: loops.loops[0])
    let before = Self.processorSeconds()
    try await run(calls, client, on: loops.loops[0])
    print("\(calls) calls \(Self.processorSeconds() - before) cpu seconds")
    await channel.close()
    loops.shutdown()
  }

  private func run(_ count: Int, _ client: EchoClient, on loop: EventLoop) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for caller in 0..<outstanding {
        let share = count / outstanding + (caller < count % outstanding ? 1 : 0)
        group.addTask(executorPreference: loop) { try await Self.call(client, times: share) }
      }
      try await group.waitForAll()
    }
  }

  private static func call(_ client: EchoClient, times: Int) async throws {
    var request = EchoRequest()
    request.name = "a name of usual length"
    request.value = 0.5
    request.payload = Array(repeating: 7, count: 16)
    for number in 0..<times {
      request.seq = Int64(number)
      let reply = try await client.unary(request)
      guard reply.seq == request.seq + 1, reply.name == request.name, reply.payload == request.payload else {
        throw WrongAnswer()
      }
    }
  }

  private static func processorSeconds() -> Double {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
