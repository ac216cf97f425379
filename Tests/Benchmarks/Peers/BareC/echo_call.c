#include "echo_call.h"

#include <stdlib.h>
#include <string.h>

#include "echo.pb-c.h"

#define FIELD(name, value)                                                                  \
  {(uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, sizeof(value) - 1,              \
   NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE}

enum { prefix_bytes = 5, largest_message = 4 << 20 };

struct call {
  uint8_t *request, *answer;
  size_t request_length, request_capacity;
  size_t answer_length, answer_sent;
  int is_unary;
};

static const char unary_path[] = "/lodestar.bench.v1.Echo/Unary";

static size_t read_length(const uint8_t *prefix) {
  return (size_t)prefix[1] << 24 | (size_t)prefix[2] << 16 | (size_t)prefix[3] << 8 | prefix[4];
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
  (void)context;
  if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  struct call *call = calloc(1, sizeof *call);
  if (!call) return NGHTTP2_ERR_CALLBACK_FAILURE;
  return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, call);
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                     const uint8_t *value, size_t value_length, uint8_t flags, void *context) {
  (void)flags, (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  if (call && name_length == 5 && !memcmp(name, ":path", 5)) {
    call->is_unary = value_length == sizeof unary_path - 1 && !memcmp(value, unary_path, value_length);
  }
  return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t count, void *context) {
  (void)flags, (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, stream);
  if (!call) return 0;
  size_t needed = call->request_length + count;
  if (needed > call->request_capacity) {
    // The prefix tells how much will come: one allocation per request.
    size_t announced = call->request_length == 0 && count >= prefix_bytes ? prefix_bytes + read_length(bytes) : 0;
    if (needed > largest_message || announced > largest_message) return NGHTTP2_ERR_CALLBACK_FAILURE;
    call->request_capacity = announced > needed ? announced : needed;
    call->request = realloc(call->request, call->request_capacity);
    if (!call->request) return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
  memcpy(call->request + call->request_length, bytes, count);
  call->request_length = needed;
  return 0;
}

static ssize_t read_answer(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t room, uint32_t *flags,
                           nghttp2_data_source *source, void *context) {
  (void)context;
  struct call *call = source->ptr;
  size_t count = call->answer_length - call->answer_sent;
  if (count > room) count = room;
  memcpy(buffer, call->answer + call->answer_sent, count);
  call->answer_sent += count;
  if (call->answer_sent == call->answer_length) {
    nghttp2_nv trailers[] = {FIELD("grpc-status", "0")};
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_submit_trailer(session, stream, trailers, 1);
  }
  return (ssize_t)count;
}

static int fail(nghttp2_session *session, int32_t stream, const char *status, size_t length) {
  nghttp2_nv head[] = {FIELD(":status", "200"),
                       FIELD("content-type", "application/grpc"),
                       {(uint8_t *)"grpc-status", (uint8_t *)status, 11, length, NGHTTP2_NV_FLAG_NONE}};
  return nghttp2_submit_response(session, stream, head, 3, NULL);
}

// The answer in its frame; 0 when the request is no message.
static int make_answer(struct call *call) {
  Lodestar__Bench__V1__EchoRequest *request =
      lodestar__bench__v1__echo_request__unpack(NULL, call->request_length - prefix_bytes, call->request + prefix_bytes);
  if (!request) return 0;
  Lodestar__Bench__V1__EchoReply reply = LODESTAR__BENCH__V1__ECHO_REPLY__INIT;
  reply.name = request->name;
  reply.seq = request->seq + 1;
  reply.value = request->value;
  reply.payload = request->payload;
  size_t length = lodestar__bench__v1__echo_reply__get_packed_size(&reply);
  call->answer = malloc(prefix_bytes + length);
  if (!call->answer) abort();
  call->answer[0] = 0;
  for (int byte = 0; byte < 4; byte++) call->answer[1 + byte] = (uint8_t)(length >> (24 - 8 * byte));
  lodestar__bench__v1__echo_reply__pack(&reply, call->answer + prefix_bytes);
  call->answer_length = prefix_bytes + length;
  lodestar__bench__v1__echo_request__free_unpacked(request, NULL);
  return 1;
}

static int answer(nghttp2_session *session, int32_t stream, struct call *call) {
  if (!call->is_unary) return fail(session, stream, "12", 2);
  if (call->request_length < prefix_bytes || call->request[0] ||
      read_length(call->request) != call->request_length - prefix_bytes || !make_answer(call)) {
    return fail(session, stream, "13", 2);
  }
  nghttp2_nv head[] = {FIELD(":status", "200"), FIELD("content-type", "application/grpc")};
  nghttp2_data_provider provider = {.source = {.ptr = call}, .read_callback = read_answer};
  return nghttp2_submit_response(session, stream, head, 2, &provider);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *context) {
  (void)context;
  int may_end = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
  if (!may_end || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
  struct call *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
  return call ? answer(session, frame->hd.stream_id, call) : 0;
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *context) {
  (void)code, (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, stream);
  if (!call) return 0;
  free(call->request);
  free(call->answer);
  free(call);
  return 0;
}

nghttp2_session_callbacks *echo_callbacks(void) {
  nghttp2_session_callbacks *callbacks;
  if (nghttp2_session_callbacks_new(&callbacks)) abort();
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  return callbacks;
}
