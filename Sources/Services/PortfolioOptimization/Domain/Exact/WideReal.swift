/// A real number as the sum of two doubles: about 32 decimal digits.
///
/// The weighted objective divides by normalizers, which no decimal holds exactly. At this width two portfolios that are equal on
/// paper are told from two that are not.
public struct WideReal: Sendable, Equatable {
  public private(set) var high: Double
  public private(set) var low: Double

  public static let zero = WideReal(0)

  public init(_ value: Double) {
    high = value
    low = 0
  }

  /// Normalizes: afterwards `high` is the double nearest to the sum.
  private init(sumOf high: Double, _ low: Double) {
    let sum = high + low
    self.high = sum
    self.low = low - (sum - high)
  }

  /// The amount itself, not its units.
  public init(_ amount: Amount) {
    let high = Double(amount.units)
    let units = WideReal(sumOf: high, Double(amount.units - Int128(high)))
    self = units / WideReal(Double(Amount.one))
  }

  /// The number as it is on paper: 0.6 is six tenths. One that twelve decimals don't hold, such as a third, is the double itself.
  public init(onPaper value: Double) {
    if let amount = Amount(value), amount.double == value { self.init(amount) } else { self.init(value) }
  }

  public var double: Double { high }
  public var magnitude: WideReal { high < 0 || (high == 0 && low < 0) ? -self : self }

  public static prefix func - (value: WideReal) -> WideReal { WideReal(sumOf: -value.high, -value.low) }

  public static func + (left: WideReal, right: WideReal) -> WideReal {
    let sum = left.high + right.high
    let rightPart = sum - left.high
    let error = (left.high - (sum - rightPart)) + (right.high - rightPart)
    return WideReal(sumOf: sum, error + left.low + right.low)
  }

  public static func - (left: WideReal, right: WideReal) -> WideReal { left + -right }

  public static func * (left: WideReal, right: WideReal) -> WideReal {
    let product = left.high * right.high
    let error = (-product).addingProduct(left.high, right.high)
    return WideReal(sumOf: product, error + (left.high * right.low + left.low * right.high))
  }

  public static func / (left: WideReal, right: WideReal) -> WideReal {
    let first = left.high / right.high
    let rest = left - right * WideReal(first)
    let second = rest.high / right.high
    let last = rest - right * WideReal(second)
    return WideReal(sumOf: first, second) + WideReal(last.high / right.high)
  }
}
