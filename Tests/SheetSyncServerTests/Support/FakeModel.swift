import Synchronization
import Wire

@testable import SheetSyncServer

/// A language model behind no address at all: it keeps what it was asked and answers as it is told to.
final class FakeModel: HTTPSender {
  let requests = Mutex<[HTTPRequest]>([])
  /// What is answered to a question, which is the text that the person's row gave.
  let answer = Mutex<@Sendable (String) -> HTTPExchange>({ _ in .chat("checkout_errors -> CONV -> NSM") })

  func send(_ request: HTTPRequest) async throws -> HTTPExchange {
    requests.withLock { $0.append(request) }
    let question = (try? JSONValue(parsing: request.body))?["messages"]?[1]?["content"]?.stringValue ?? ""
    return answer.withLock { $0 }(question)
  }

  func close() async {}

  /// A suggester that asks this model.
  func suggester(keyFile: String? = nil) -> ChainSuggester {
    ChainSuggester(settings: .init(address: "http://127.0.0.1:9", model: "tiny", keyFile: keyFile), sender: self)
  }
}

extension HTTPExchange {
  /// A chat completion with this content.
  static func chat(_ content: String) -> HTTPExchange {
    let json: JSONValue = ["choices": [["message": ["role": "assistant", "content": .string(content)]]]]
    return .answer(HTTPAnswer(status: 200, body: Array(json.text().utf8)))
  }

  static func status(_ status: Int, _ body: String = "") -> HTTPExchange {
    .answer(HTTPAnswer(status: status, body: Array(body.utf8)))
  }
}
