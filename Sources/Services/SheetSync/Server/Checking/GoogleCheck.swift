import Messages

/// Whether Google knows the account, the spreadsheet is shared with it for editing, and how much of the quota is used up.
struct GoogleCheck {
  /// So long a wait for a call's turn is worth a word.
  static let noticedWait: Duration = .seconds(5)

  let google: GoogleWorkbooks
  let path: String

  func findings() async -> [WorkbookFinding] {
    let spreadsheet: GoogleWorkbook
    do throws(WorkbookError) { spreadsheet = try await google.open(path) } catch {
      let check = [.credentials: "credentials", .notShared: "sharing", .notFound: "sharing"][error.kind] ?? "workbook"
      return [WorkbookFinding(check, .error, error.message)]
    }
    let client = spreadsheet.client
    var findings = [
      WorkbookFinding("credentials", .info, "Google knows \(client.email)."),
      WorkbookFinding("sharing", .info, "\(client.email) may read the spreadsheet."),
    ]
    do throws(WorkbookError) {
      try await spreadsheet.checkEditing()
      findings.append(WorkbookFinding("editing", .info, "\(client.email) may edit it."))
    } catch {
      findings.append(WorkbookFinding("editing", .error, error.message))
    }
    findings.append(await quota(client.quota))
    return findings
  }

  private func quota(_ bucket: QuotaBucket) async -> WorkbookFinding {
    let (reads, writes) = (await bucket.wait(.read), await bucket.wait(.write))
    let set = "\(bucket.reads.perMinute) reads and \(bucket.writes.perMinute) writes a minute are counted on"
    guard max(reads, writes) >= Self.noticedWait else { return WorkbookFinding("quota", .info, "\(set); nothing waits.") }
    func seconds(_ wait: Duration) -> Int { Int((wait / .seconds(1)).rounded(.up)) }
    return WorkbookFinding(
      "quota", .warning,
      "\(set), and so much is called that the next read waits \(seconds(reads)) s and the next write \(seconds(writes)) s. Ask Google for"
        + " a higher quota and set LODESTAR_SYNC_GOOGLE_READS_PER_MINUTE and LODESTAR_SYNC_GOOGLE_WRITES_PER_MINUTE to it.")
  }
}
