import ArgumentParser
import Messages

extension Metrics {
  struct Correct: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Apply an approved correction: a bug fix that keeps the formula.",
      discussion: """
        What it makes of the version was said when the approval was asked for:
        `lodestar metrics request KEY VERSION --purpose correction …`.

        EXAMPLES
          lodestar metrics correct roas v1 --reason "The model's name was misspelt"
        """)

    @OptionGroup var change: ChangeOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    @Option(help: "The approval's number; by default the newest that is approved.")
    var number: UInt32?

    func run() async throws {
      try await change.change(metric) { client, former, terms in
        let now = try (former ?? Metric()).existing(version)
        guard let number = number ?? now.approval(.correction, .approved)?.number else {
          throw Failure(
            .refused, "no correction of \(metric) \(version) is approved",
            mend: "`lodestar metrics request \(metric) \(version) --purpose correction …` asks for one")
        }
        return try await client.correctDefinition(
          CorrectDefinitionRequest(terms: terms, version: version.text, approvalNumber: number))
      } view: {
        ChangeView(response: $0, version: version.text, sentence: "Corrected \(metric) \(version).")
      }
    }
  }

  struct Deprecate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say that a version will go away, when, and what takes its place.",
      discussion: """
        The sunset is 30 days off at least, 90 where the replacement is breaking.
        Sooner only with an approved expedited sunset.

        EXAMPLES
          lodestar metrics deprecate roas v1 --replacement v2 --reason "Refunds"
          lodestar metrics deprecate roas v1 --sunset 2027-06-30 --reason "Season"
        """)

    @OptionGroup var change: ChangeOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    @Option(help: "The version to use instead.")
    var replacement: VersionName?

    @Option(help: "When it may be sunset, as 2027-06-30 or 2027-06-30T12:00:00Z; by default as soon as the rules allow.")
    var sunset: Moment?

    @Flag(help: "Use an approved expedited sunset, which lifts the grace period.")
    var expedited = false

    func run() async throws {
      try await change.change(metric) { client, _, terms in
        try await client.deprecate(
          DeprecateRequest(
            terms: terms, version: version.text, replacementVersion: replacement?.text ?? "",
            plannedSunsetAtUs: sunset?.microseconds ?? 0, expedited: expedited))
      } view: { response in
        let planned =
          response.metric?.version(version.text).map { " until \(Quantity.time(microseconds: $0.plannedSunsetAtUs))" } ?? ""
        return ChangeView(
          response: response, version: version.text,
          sentence: "\(metric) \(version) is deprecated: it goes on working\(planned), with a warning.")
      }
    }
  }

  struct Sunset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Keep new dashboards from a deprecated version, once its date has come; pins go on working.",
      discussion: """
        EXAMPLES
          lodestar metrics sunset roas v1 --reason "As planned"
        """)

    @OptionGroup var change: ChangeOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    func run() async throws {
      try await change.change(metric) { client, _, terms in
        try await client.sunset(VersionRequest(terms: terms, version: version.text))
      } view: { response in
        ChangeView(
          response: response, version: version.text,
          sentence:
            "\(metric) \(version) is sunset: new dashboards cannot use it; those that are pinned to it go on, with a warning.")
      }
    }
  }

  struct Retire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a sunset version out of use for good; queries are refused from then on.",
      discussion: """
        Refused while dashboards are pinned to it, unless a forced retirement is
        approved.

        EXAMPLES
          lodestar metrics retire roas v1 --reason "Nobody reads it any more"
        """)

    @OptionGroup var change: ChangeOptions

    @Argument(help: "The metric's key.")
    var metric: String

    @Argument(help: "The version.")
    var version: VersionName

    func run() async throws {
      try await change.change(metric) { client, _, terms in
        try await client.retire(VersionRequest(terms: terms, version: version.text))
      } view: { response in
        ChangeView(
          response: response, version: version.text, sentence: "\(metric) \(version) is retired: queries are refused from now on.")
      }
    }
  }
}

/// A moment in UTC: a day, which is its beginning, or a day with a time.
struct Moment: ExpressibleByArgument, Equatable {
  let microseconds: Int64

  init?(argument: String) {
    let parts = argument.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    guard let days = Self.numbers(parts[0], "-", [4, 2, 2]), let date = Self.daysSince1970(days) else { return nil }
    var seconds: Int64 = 0
    if parts.count == 2 {
      guard parts[1].hasSuffix("Z"), let clock = Self.numbers(parts[1].dropLast(), ":", [2, 2, 2]),
        clock[0] < 24, clock[1] < 60, clock[2] < 60
      else { return nil }
      seconds = clock[0] * 3600 + clock[1] * 60 + clock[2]
    }
    microseconds = (date * 86_400 + seconds) * 1_000_000
  }

  private static func numbers(_ text: some StringProtocol, _ separator: Character, _ widths: [Int]) -> [Int64]? {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard parts.map(\.utf8.count) == widths, parts.allSatisfy({ $0.utf8.allSatisfy(digits.contains) }) else { return nil }
    return parts.compactMap { Int64($0) }
  }

  /// Nil for what is no day: 30 February.
  private static func daysSince1970(_ date: [Int64]) -> Int64? {
    let (year, month, day) = (date[0], date[1], date[2])
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard year >= 1970, (1...12).contains(month), (1...lengths[Int(month) - 1]).contains(day) else { return nil }
    let leaps = { (year: Int64) in year / 4 - year / 100 + year / 400 }
    return (year - 1970) * 365 + leaps(year - 1) - leaps(1969) + lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1
  }
}
