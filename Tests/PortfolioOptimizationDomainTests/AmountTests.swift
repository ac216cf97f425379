import PortfolioOptimizationDomain
import Testing

struct `Amounts` {
  @Test func `read a double as the decimal a person would`() throws {
    #expect(try #require(Amount(0.1)).units == 100_000_000_000)
    #expect(try #require(Amount(-123456.7)).units == -123_456_700_000_000_000)
    #expect(try #require(Amount(1e-4)).units == 100_000_000)
    #expect(try #require(Amount(1e15)).units == 1_000_000_000_000_000 * Amount.one)
    #expect(try #require(Amount(-0.0)) == .zero)
    #expect(try #require(Amount(42)).units == 42 * Amount.one)
  }

  @Test func `add up exactly in any order`() throws {
    let values = [0.1, 0.2, 1e15, -1e15, 0.3, -0.6]
    let amounts = try values.map { try #require(Amount($0)) }
    #expect(amounts.reduce(.zero, +) == .zero)
    #expect(amounts.reversed().reduce(.zero, +) == .zero)
    #expect(values.reduce(0, +) != 0)
    #expect((amounts[0] + amounts[1]).double == 0.3)
  }

  @Test func `round away what lies behind the twelfth place`() throws {
    #expect(try #require(Amount(0.30000000000000004)).double == 0.3)
    #expect(try #require(Amount(5e-13)).units == 1)
    #expect(try #require(Amount(4.9e-13)).units == 0)
    #expect(try #require(Amount(.leastNonzeroMagnitude)).units == 0)
  }

  @Test func `refuse what is not a number of theirs`() {
    #expect(Amount(.nan) == nil)
    #expect(Amount(.infinity) == nil)
    #expect(Amount(-1.1e15) == nil)
  }

  @Test(arguments: [0.1, -0.3, 123456.7, 1e-12, 1e15, 0.000123, 999_999_999_999.999, -7])
  func `give back the double they were read from`(value: Double) throws {
    #expect(try #require(Amount(value)).double == value)
  }

  @Test func `print as decimals and round for sentences`() throws {
    #expect("\(try #require(Amount(-12.50)))" == "-12.5")
    #expect("\(try #require(Amount(0.000001)))" == "0.000001")
    #expect("\(Amount.zero)" == "0")
    #expect("\(try #require(Amount(0.0312499)).rounded(significant: 4))" == "0.03125")
    #expect("\(try #require(Amount(1_234_567.8)).rounded(significant: 4))" == "1234568")
    #expect("\(try #require(Amount(-2.0 / 3)).rounded(significant: 3))" == "-0.667")
  }

  @Test func `give a share rounded towards zero`() throws {
    let tenth = try #require(Amount(0.1))
    #expect(try #require(Amount(-5)).share(tenth).double == -0.5)
    #expect(try #require(Amount(1e15)).share(tenth).double == 1e14)
    #expect(Amount(units: 19).share(tenth).units == 1)
    #expect(Amount(units: -19).share(tenth).units == -1)
  }

  @Test func `a weight that twelve decimals hold is taken as on paper, another as the double it is`() throws {
    #expect(WideReal(onPaper: 0.6) == WideReal(try #require(Amount(0.6))))
    #expect(WideReal(onPaper: 0.4 / 3) == WideReal(0.4 / 3))
    #expect(WideReal(onPaper: 0.4 / 3).double == 0.4 / 3)
  }

  @Test func `divide and multiply to thirty digits`() throws {
    let third = WideReal(1) / WideReal(3)
    #expect((third * WideReal(3) - WideReal(1)).magnitude.double < 1e-31)
    let tenth = WideReal(try #require(Amount(0.1)))
    #expect((tenth + tenth + tenth - WideReal(try #require(Amount(0.3)))).magnitude.double < 1e-31)
    #expect((WideReal(7) / WideReal(-7)).double == -1)
    #expect((-WideReal(2)).magnitude.double == 2)
  }
}
