import Testing

@testable import Cryptography

@Suite struct RSASigningKeyTests {
  /// Made for this test by OpenSSL's command line, as were the shorter one and the one of another kind; none of them opens anything.
  private static let key = pem(
    """
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDLu2ERKBkZQsUjquKpNl5kCOVjFym6WdmzaG7fsxjVsn+8GbgFg5o3wvPKyAy9CslnUhE8
    9J3AS+ZM1D8SK0GfnBMaWaM6QGtkzzaqOoqHR3PLtC5LUsyF+gLi8JcG+9bFLbMVrk+ipHbd+/LKUwoNqdaUdrgtSLpj1U+EW1QkSurqRKzK+SXP0X3LrKjx
    vzHOd8CTALWJoplX0nuOq5DwrFEp/SP0cQ5NEfHjOuDnkFET20fouMScH6STQWbQq4pXDRuLupMMUgPA2q1X8DPdTVeFbNhUvGonWucTwNdo9XAsiDB1I7Ob
    L0k+k3Ihzh3g/I6Rif5fuHhWE+l6CfGlAgMBAAECggEAKrVQr2KLBGchYY1Ar71Eg070G1YvOq/8OaZiW8W1JpMhQOLZV1qTuS3GopNWTEjXGLA1CeSzryya
    DjAOOrZTruxuer8gvyTi/oKL0JquEJbTePgAHm0wj8Nt2HocBuxDRRmD6b8dVZiJjJZ0+qH2wQ+B+qR6jo+o9yWv4iytEmA8Zo40ayrPvJJRaJOLka5lJer8
    ba8U9ZPZ7xzZL6tdauNcKmgf/QyabC2fVEN8bmH6wI8+glbT5P8Pwr6kUkQBCKJwetIUSZiODqFjwxDj9hHLUI9+wETLHTNVgrLSaw0brD8oySk1TwSH6Hai
    7rPjmSkqf6+t3LjN1fdCIzV+PwKBgQDmmyiD3cpRJcxu1g9LF4EPbYFie1ZtlZ/d5tJqTZY4Epi5TJNZjpMULSlFZFEs2e57K2sKZ1udWbU41iMpSTiRSJnW
    8LYbVC0xX71LMTdXRfq71RuAsLeCr5tbWc37JXjNvLhK+DFKZIuHiVzLngqWWrlyRfU054kwp8Tm3ftDCwKBgQDiKqHnek+QDonhWvIs7OLvO4ixKvz5nSTB
    2iLSuA8czl9WpqvP33zscTUI694z4iIgZU2p/VP7Lz4Mj6KJ8qln5ZZAMZ1MvyAHskjSGo+M1Hu3Zl0mfT3QWkoJj0ClF2YchyUK9sPpNsEkvLQThnWuZMDz
    YNRm2iOpKI2/h1WMDwKBgAD9H1JZbBmm+NZs0on24tXHGWvrrXYw0wunhrVv+bnp0n/Q5TzYEKdgfjHO+U4g7RXYHNBhmxH0pYNF38a4iqaM0iQKyi0Z0kvI
    5k3hOySDp0yQ4FpP56mGyTq+CtUN1xPCwGOJ5uQzxCljnGM/HTqBzxO/WwrMB1mPDpgS0ZX7AoGACEhHZZK1FzFxGy+Zbsu+A8TKXLKWUQ3QKskyPUVASG3G
    UAYKhLJKgN4kcw8wM/Y0Cbur/G2qhahVPWCFM0gPrB5cQj2O5SCaq617vTX7y8x8O1skTiSH/vlPfMoiM+mHc8P/N0eSJRg8OnwunAhwhtJpvn/tR1b1t1wk
    1L7AA0ECgYEAlea2UNqfAHiUJAzfWHEKissnfteM8A6vG2I+ka5C6vJGThE63o7v9qhjoxR9zsWLqRwgccjumK8XGNYMmok7cPwFTZt951UJrivv/z0WZVSS
    1pMtU4e1LyvmvXLwtA+Wlv6Zu6+kUjGaUVn1FUbhLtAVoyP7Vb/YWvbQvrZgWx4=
    """)
  private static let shortKey = pem(
    """
    MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAPYTbhl3NQJuJPnkvkO2yMo4bYBxeMtxg4+m7DJXlcqK4sIJsbthwBF/yE1UAKr5tWVmu5mZ
    ikianvRkuu4WowQvYbo48xI5WBDqFUhF1KAZwaNnTzexmxv9td9/xbJDppOUXuOTX7I6+K601u6EYwn8NoZZSEmWXmB/b4ch0Hz1AgMBAAECgYBky+60dbT8
    CtwQlJcvK4cx9k08aL6fLx9Bz5E+ycuszJk3/DqWU+MWB+6nZjpjzqd0ItHDiDYxqUxlNYGwlwsslQ4oBjxmnMMp+IvgZEvaqlQCvn8Y8fY+cBDRxNIkC8Z1
    +XIAcaSoY3P3lI7TrnETudMzjmS+6n9ksZ0jCdJ9YQJBAP2ag2L0UihXq+tMAmMB/e1eKXNBHiaOb5zE8LCKXrOUTn0qlKTeUDctt6s1Snl5be7wqeIJMuIq
    28F1B+wGM+0CQQD4ZrTy4sW9KUKBZ8ZzqBovYGLN2E09DQgr4391Wootc9F+T2u+df8ObB4Lmf2OfuXJcUHF44m30AGUrcCvrVwpAkAH/aNgLdSc4s5O9rEo
    j3qBzTK/J/EcQ+auaOIwnduICwdCGGJgo4ShiHY+FcrH8xSMr9aagbGxwKn1+YsLW9KtAkEA+FoXyE+azEmYSLFs5O3JYFzJ7Gy6rLN+3AKUyMxBIriNV/Ao
    FUD8RXsrfwXzUKjnLcSisiuQ4cqCChi+ceauIQJAHZVQTg1bch5C7xCMfK8g+jRptnJdN5FWD3Y7EVLrq2XWzWLF8Bctd7hrBvCqDxpzu4zBoXQGnt7vv065
    agwKUQ==
    """)
  private static let curveKey = pem(
    """
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5ZRDACTz1Hyj4b1UVzqazoCOzttF1ZroFtedey2lH0+hRANCAAS6+IOaPPkgNHy2r2ISh5dm
    mljRbHV/jeGVVgj/WEH1DCoDEeN2tBEM+qL5xSAJh91oZxL1s5072J2x+qN5nLlc
    """)
  /// Of the text "lodestar", by `openssl dgst -sha256 -sign`.
  private static let signature = """
    ad46ef2ae97ed148b9708beaf666bd3d1673f2413d3757287c002a5bc9e265d0b42d3a6acfd567de5e0408969f4b2cc9dcb4dddc0a1fdd47322f4851
    8a6317b7e0020885105ec6537c1510fcfde02de34cecbf6c9205c27fd9f0728fa4b5a9dec582333d0f42e005fc7d2c2592cc93ace9e2099485d2301b
    c4c78141ff974d2790d3282fe5704e04be464c2e4b861eb3bf5d4dd4cd9f1fa3893154e51192d5e08fe6f55f04eb22e22747e65a5c13ebc8fab4c13f
    1d2cc02bfa7174b950dd8189a3ee001ca55031efce66c08541bd88d79a9f4745470c1f7b9702bd02833075f469301bb0993abcc6b70db9c6838a2a51
    86dacbb67040f5a6a35662e52e408630
    """

  private static func pem(_ body: String) -> [UInt8] {
    let name = "PRIVATE KEY"
    return Array("-----BEGIN \(name)-----\n\(body)\n-----END \(name)-----\n".utf8)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test func `a signature is the one that OpenSSL's command line makes`() throws {
    let key = try RSASigningKey(pem: Self.key)
    let expected = Self.signature.filter { !$0.isWhitespace }
    #expect(Self.hex(try key.signature(of: Array("lodestar".utf8))) == expected)
    #expect(Self.hex(try key.signature(of: Array("lodestaR".utf8))) != expected)
    #expect(try key.signature(of: []).count == 256)
  }

  @Test func `a key that is too short, of another kind or no key is refused by name`() {
    for (pem, word) in [(Self.shortKey, "2048"), (Self.curveKey, "RSA"), (Array("nothing".utf8), "no private key")] {
      #expect {
        _ = try RSASigningKey(pem: pem, what: "the key of the robot")
      } throws: { error in
        let text = "\(error)"
        return text.contains("the key of the robot") && text.contains(word)
      }
    }
  }
}
