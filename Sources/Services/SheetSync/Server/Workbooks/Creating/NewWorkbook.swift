internal import SheetSyncDomain

/// A workbook to be made from nothing.
struct NewWorkbook: Sendable {
  /// With its ending.
  var fileName: String
  var tabs: [NewTab]
}

/// A tab with a header row, rows below it, and what makes it pleasant to use.
struct NewTab: Sendable {
  var name: String
  /// The colour of the tab's tongue, `RRGGBB`.
  var color: String
  var columns: [NewColumn]
  /// Not shown until somebody asks for it.
  var isHidden = false
  /// Values by column; a short row's rest is blank.
  var rows: [[NewValue]] = []
  /// Conditional formats on top of those that its status column brings.
  var dataBars: [DataBar] = []
  var chart: NewChart?
}

struct NewColumn: Sendable {
  /// Who fills the column, which its colours show.
  enum Owner: Sendable {
    /// A person.
    case person
    /// A formula, or Lodestar as a view of what it knows.
    case derived
    /// Lodestar.
    case system
  }

  enum Format: Sendable {
    case plain, wholeNumber, boolean, date, timestamp, percent
    /// What is typed stays what it is: no program makes a date of 2026-01, or a formula of what begins with =.
    case literal
  }

  /// The values offered in a drop-down; others are accepted, after a warning but for `offered`.
  enum Choices: Sendable {
    /// Together at most 255 characters, and none with a comma.
    case these([String])
    /// The cells of an area such as `Scenario_Config!$A$2:$A$200`.
    case area(String)
    /// Likewise, for lists that others know better: nobody is warned of other values.
    case offered(String)
  }

  var header: String
  /// In characters.
  var width: Double
  var owner: Owner = .person
  var format: Format = .plain
  var choices: Choices?
  /// A comment on the header.
  var note: String?
}

enum NewValue: Sendable {
  case blank
  case text(String)
  case number(Double)
  case boolean(Bool)
  case date(DateSerial)
  /// Without the equals sign, with the value that it has now.
  indirect case formula(String, value: NewValue)
}

/// Bars behind the numbers of an area such as `C3:C9`.
struct DataBar: Sendable {
  var area: String
  /// `RRGGBB`
  var color: String
}

/// A column chart over cells of the workbook.
struct NewChart: Sendable {
  struct Series: Sendable {
    var name: String
    /// An area with its tab, such as `'Planning notes'!$B$3:$B$9`, and what stands there now.
    var valuesArea: String
    var values: [Double]
    /// `RRGGBB`
    var color: String
  }

  var title: String
  var axisTitle: String
  var categoriesArea: String
  var categories: [String]
  var series: [Series]
  /// The cells that its upper left and lower right corners lie in.
  var from: CellAddress
  var to: CellAddress
}

extension NewValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  init(stringLiteral text: String) { self = text.isEmpty ? .blank : .text(text) }
  init(integerLiteral number: Int) { self = .number(Double(number)) }
  init(floatLiteral number: Double) { self = .number(number) }
  init(booleanLiteral isTrue: Bool) { self = .boolean(isTrue) }
  init(nilLiteral: ()) { self = .blank }
}
