/// How much of an initiative a portfolio may take. (R35)
public enum ScopeMode: String, TypedWord {
  /// All of it.
  case full
  /// Its smaller form.
  case mvp
  /// One of the two, whichever serves the portfolio better.
  case either
}

/// A form in which an initiative can be selected.
public enum CandidateForm: String, Sendable {
  case full, mvp
}

/// What an initiative takes and brings in one form.
struct CandidateVariant: Equatable {
  var form: CandidateForm
  var tokens: Int
  /// How much of the initiative's contributions the form brings, 0 to 1.
  var share: Double

  func share(of contributions: [KpiContribution]) -> [KpiContribution] {
    share == 1 ? contributions : contributions.map { KpiContribution(kpiKey: $0.kpiKey, value: onPaper($0.value * share)) }
  }
}

extension CandidateFields {
  /// A blank scope_mode means all of it. Nearly every one is blank, and this is asked for every candidate of every check.
  var scope: ScopeMode { scopeMode.isEmpty ? .full : ScopeMode(rawValue: scopeMode) ?? ScopeMode(typed: scopeMode) ?? .full }

  /// The column whose number is missing before the initiative can be selected in every form that its scope_mode allows; nil when none is.
  var missingSize: String? {
    let scope = scope
    if scope != .mvp, tokens == nil { return "engineering_tokens" }
    guard scope != .full else { return nil }
    if tokensMvp == nil { return "engineering_tokens_mvp" }
    return mvpShare == nil && tokens == nil ? "mvp_contribution_share" : nil
  }

  /// The forms that it can be selected in, the whole first; none while a number is missing.
  var variants: [CandidateVariant] {
    guard missingSize == nil else { return [] }
    var variants: [CandidateVariant] = []
    if scope != .mvp, let tokens { variants.append(CandidateVariant(form: .full, tokens: tokens, share: 1)) }
    if scope != .full, let tokensMvp { variants.append(CandidateVariant(form: .mvp, tokens: tokensMvp, share: share(tokensMvp))) }
    return variants
  }

  /// As typed, or else the share of the tokens.
  private func share(_ tokensMvp: Int) -> Double {
    if let mvpShare { return mvpShare }
    guard let tokens, tokens > tokensMvp else { return 1 }
    return Double(tokensMvp) / Double(tokens)
  }

  /// The fewest tokens that it takes; 0 while nobody knows.
  var fewestTokens: Int { scope == .full ? tokens ?? 0 : variants.map(\.tokens).min() ?? 0 }
  /// The most tokens that it can take; nil while nobody knows.
  var largestTokens: Int? { scope == .full ? tokens : variants.map(\.tokens).max() }
  /// How much of its contributions it can bring at most; all of them while nobody knows.
  var largestShare: Double { scope == .full ? 1 : variants.map(\.share).max() ?? 1 }
}

/// A product as it comes out on paper: 114000 for 200000 times 0.57, never 113999.99999999999, which would miss a floor of 114000 where
/// amounts are added up exactly. Fifteen digits are kept.
private func onPaper(_ product: Double) -> Double {
  guard product != 0 else { return 0 }
  var scale = 1.0
  while product.magnitude * scale < 1e14, scale < 1e22 { scale *= 10 }
  return (product * scale).rounded() / scale
}
