import CLibPQ

extension ConnectionHandle {
  func sendPrepare(_ name: String, _ statement: Statement) -> Bool {
    let types = statement.binds.slots.map(\.type.rawValue)
    return unsafe PQsendPrepare(raw, name, statement.sql, Int32(types.count), types) == 1
  }

  func sendDeallocate(_ name: String) -> Bool {
    unsafe PQsendQueryParams(raw, "DEALLOCATE \(name)", 0, nil, nil, nil, nil, 1) == 1
  }

  func sendExecute(_ name: String, _ binds: Binds) -> Bool {
    let count = binds.slots.count
    let lengths = binds.slots.map { Int32($0.count) }
    let formats = [Int32](repeating: 1, count: count)
    return unsafe binds.bytes.withUnsafeBytes { bytes in
      // An empty value needs an address that is not NULL, which would mean SQL's NULL.
      unsafe withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { empty in
        let values = unsafe binds.slots.map { slot -> UnsafePointer<CChar>? in
          guard slot.count >= 0 else { return nil }
          let place = unsafe slot.count == 0 ? UnsafeRawPointer(empty.baseAddress!) : bytes.baseAddress! + slot.start
          return unsafe place.assumingMemoryBound(to: CChar.self)
        }
        return unsafe PQsendQueryPrepared(raw, name, Int32(count), values, lengths, formats, 1) == 1
      }
    }
  }
}
