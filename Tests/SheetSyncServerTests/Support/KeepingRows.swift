import Messages
import Synchronization

/// The compiler's own way with rows, as far as previews and saves have to agree about it.
extension FakeCompiler {
  /// Candidates are added and changed one by one.
  func keep(_ request: SaveCandidatesRequest) -> SaveRowsResponse {
    stored.withLock { stored in
      var rows = stored["Candidates"]?.candidates ?? []
      var response = SaveRowsResponse(counts: SaveCounts(rows: UInt32(request.rows.count)))
      for row in request.rows {
        let place = rows.firstIndex { $0.initiativeKey == row.initiativeKey }
        Self.tell(row.rowNumber, place.map { rows[$0].numbered(row.rowNumber) == row } ?? false, &response)
        if let place { rows[place] = row } else { rows.append(row) }
      }
      if !request.validateOnly { stored["Candidates"] = StoredTabRows(candidates: rows) }
      return response
    }
  }

  /// A whole tab replaces the contributions of the initiatives that it names, but for those with a row that could not be read; of the
  /// others it takes what they have, when every row could be read.
  func keep(_ request: SaveContributionsRequest) -> SaveRowsResponse {
    stored.withLock { stored in
      let before = stored["KPI_Contributions"]?.contributions ?? []
      let unread = Set(request.unreadableInitiativeKeys)
      var response = SaveRowsResponse(counts: SaveCounts(rows: UInt32(request.rows.count)))
      let incoming = request.rows.filter { !unread.contains($0.initiativeKey) }
      for row in incoming {
        let old = before.first { $0.initiativeKey == row.initiativeKey && $0.kpiKey == row.kpiKey }
        Self.tell(row.rowNumber, old.map { $0.numbered(row.rowNumber) == row } ?? false, &response)
      }
      let kept = before.filter { old in
        unread.contains(old.initiativeKey) || request.scope == .selection
          || (!unread.isEmpty && !incoming.contains { $0.initiativeKey == old.initiativeKey })
          || incoming.contains { $0.initiativeKey == old.initiativeKey && $0.kpiKey == old.kpiKey }
      }
      response.counts?.removed = UInt32(before.count - kept.count)
      let replaced = kept.filter { old in
        !incoming.contains { $0.initiativeKey == old.initiativeKey && $0.kpiKey == old.kpiKey }
      }
      if !request.validateOnly { stored["KPI_Contributions"] = StoredTabRows(contributions: replaced + incoming) }
      return response
    }
  }

  private static func tell(_ row: UInt32, _ isUnchanged: Bool, _ response: inout SaveRowsResponse) {
    guard isUnchanged else {
      response.counts?.upserts += 1
      return
    }
    response.counts?.unchanged += 1
    response.messages.append(RowMessage(rowNumber: row, severity: .info, code: "unchanged", message: "unchanged"))
  }
}

extension CandidateRow {
  fileprivate func numbered(_ number: UInt32) -> CandidateRow {
    var row = self
    row.rowNumber = number
    return row
  }
}

extension ContributionRow {
  fileprivate func numbered(_ number: UInt32) -> ContributionRow {
    var row = self
    row.rowNumber = number
    return row
  }
}
