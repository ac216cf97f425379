import COpenSSL

/// Who a peer is, by the certificate that it has shown and that was found good.
public struct PeerIdentity: Sendable, Hashable {
  /// The subject's common name.
  public let commonName: String?
  /// The subject's alternative names: hosts, URIs (such as spiffe://…), numeric IP addresses.
  public let dnsNames: [String]
  public let uris: [String]
  public let addresses: [String]

  public init(commonName: String?, dnsNames: [String] = [], uris: [String] = [], addresses: [String] = []) {
    self.commonName = commonName
    self.dnsNames = dnsNames
    self.uris = uris
    self.addresses = addresses
  }
}

/// Reads the names in a certificate. A name with a zero byte or other control characters inside is left out: it would be read
/// differently by those who stop there.
enum CertificateNames {
  static func identity(_ certificate: OpaquePointer) -> PeerIdentity {
    var (dns, uris, addresses): ([String], [String], [String]) = ([], [], [])
    if let found = unsafe X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) {
      let names = OpaquePointer(found)
      defer { unsafe GENERAL_NAMES_free(names) }
      for index in 0..<(unsafe copenssl_general_names_count(names)) {
        var type: Int32 = 0
        guard let entry = unsafe copenssl_general_name(names, index), let value = unsafe GENERAL_NAME_get0_value(entry, &type)
        else {
          continue
        }
        let bytes = unsafe self.bytes(value.assumingMemoryBound(to: ASN1_STRING.self), when: [GEN_DNS, GEN_URI, GEN_IPADD], type)
        switch type {
        case GEN_DNS: text(bytes).map { dns.append($0) }
        case GEN_URI: text(bytes).map { uris.append($0) }
        case GEN_IPADD: address(bytes).map { addresses.append($0) }
        default: break
        }
      }
    }
    let subject = unsafe X509_get_subject_name(certificate)
    return PeerIdentity(
      commonName: unsafe subject.flatMap { unsafe commonName($0) }, dnsNames: dns, uris: uris, addresses: addresses)
  }

  /// What a person calls a certificate.
  static func display(_ certificate: OpaquePointer) -> String {
    guard let subject = unsafe X509_get_subject_name(certificate), let name = unsafe commonName(subject) else {
      return "a certificate without a common name"
    }
    return "\"\(name)\""
  }

  static func commonName(_ name: OpaquePointer) -> String? {
    let index = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, -1)
    guard index >= 0, let entry = unsafe X509_NAME_get_entry(name, index), let data = unsafe X509_NAME_ENTRY_get_data(entry) else {
      return nil
    }
    var utf8: UnsafeMutablePointer<UInt8>? = nil
    let count = unsafe ASN1_STRING_to_UTF8(&utf8, data)
    guard count >= 0, let start = unsafe utf8 else { return nil }
    defer { unsafe CRYPTO_free(start, #fileID, #line) }
    return unsafe text(Array(UnsafeBufferPointer(start: start, count: Int(count))))
  }

  /// Empty for the kinds of names that are no strings of bytes.
  private static func bytes(_ string: UnsafePointer<ASN1_STRING>, when kinds: [Int32], _ kind: Int32) -> [UInt8] {
    guard kinds.contains(kind), let data = unsafe ASN1_STRING_get0_data(string) else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data, count: Int(ASN1_STRING_length(string))))
  }

  private static func text(_ bytes: [UInt8]) -> String? {
    guard !bytes.isEmpty, !bytes.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The numeric form of 4 or 16 bytes.
  private static func address(_ bytes: [UInt8]) -> String? {
    switch bytes.count {
    case 4: return bytes.map(String.init).joined(separator: ".")
    case 16:
      let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
      return compressed(groups)
    default: return nil
    }
  }

  /// RFC 5952: the longest run of zero groups, of at least two, becomes "::".
  private static func compressed(_ groups: [UInt16]) -> String {
    var longest = 0..<0
    var start = 0
    for index in 0...groups.count where index == groups.count || groups[index] != 0 {
      if index - start > max(1, longest.count) { longest = start..<index }
      start = index + 1
    }
    let hex = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
    guard !longest.isEmpty else { return hex(groups[...]) }
    return hex(groups[..<longest.lowerBound]) + "::" + hex(groups[longest.upperBound...])
  }
}
