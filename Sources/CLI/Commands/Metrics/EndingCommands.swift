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
        let now = try former.existing(version)
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
