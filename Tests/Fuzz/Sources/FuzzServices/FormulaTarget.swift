import MetricGovernanceDomain

/// Definitions of metrics, which people and files bring.
enum FormulaTarget {
  /// A text is refused with a place inside it, or is a formula whose normal form is a formula with the same normal form. Comparing is
  /// reflexive, agrees with the normal forms, and gives the same class in both directions.
  static func formula(_ bytes: [UInt8]) {
    // The first NUL parts two formulas.
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    let formulas = texts.map(read)
    for formula in formulas.compactMap(\.self) { checkNormalForm(of: formula) }
    let (one, other) = (texts[0], texts[texts.count - 1])
    precondition(VersionComparison(from: content(one), to: content(one)).changeClass == .identical)
    let forth = VersionComparison(from: content(one), to: content(other))
    let back = VersionComparison(from: content(other), to: content(one))
    precondition(forth.changeClass == back.changeClass, "\(forth.changeClass) and \(back.changeClass)")
    if let first = formulas[0], let last = formulas[formulas.count - 1] {
      let isSame = first.normalForm.utf8.elementsEqual(last.normalForm.utf8)
      precondition(isSame == (forth.changeClass <= .equivalent), "\(forth.changeClass)")
    }
  }

  private static func read(_ text: String) -> Formula? {
    do throws(FormulaError) {
      return try Formula(text)
    } catch {
      precondition(error.position >= 1 && error.position <= max(text.count, FormulaLimits.ofDefinitions.characters) + 1, "\(error)")
      precondition(!error.message.isEmpty && !error.found.isEmpty)
      return nil
    }
  }

  private static func checkNormalForm(of formula: Formula) {
    let normal = formula.normalForm
    do throws(FormulaError) {
      let again = try Formula(normal, limits: .ofNormalForms)
      precondition(again.normalForm.utf8.elementsEqual(normal.utf8), "\(normal) became \(again.normalForm)")
    } catch {
      preconditionFailure("\(normal) cannot be read again: \(error)")
    }
    for zero in EdgeCases.ZeroDenominator.allCases { checkSQL(of: formula, zero) }
  }

  /// The SQL has no comment, no second statement and no open quotation mark outside its literals and names.
  private static func checkSQL(of formula: Formula, _ zero: EdgeCases.ZeroDenominator) {
    var content = content(formula.text)
    content.edgeCases.onZeroDenominator = zero
    guard let metric = MetricKey("m"), let version = VersionNumber("v1"), let facts = WarehouseRelation("facts"),
      let query = try? MetricQuery(metric: metric, version: version, content: content, over: facts)
    else { return }
    var mark: Unicode.Scalar?
    var last: Unicode.Scalar = " "
    for scalar in query.sql.unicodeScalars {
      if let open = mark {
        if scalar == open { mark = nil }
      } else {
        if scalar == "'" || scalar == "\"" { mark = scalar }
        precondition(scalar != ";" && scalar != "\\" && scalar != "$" && scalar.value < 128, query.sql)
        precondition(!(scalar == "-" && last == "-") && !(scalar == "*" && last == "/"), query.sql)
      }
      last = scalar
    }
    precondition(mark == nil, query.sql)
  }

  private static func content(_ definition: String) -> VersionContent {
    VersionContent(dbtModel: "m", definition: definition)
  }
}
