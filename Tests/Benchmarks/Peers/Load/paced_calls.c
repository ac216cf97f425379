// Calls at a given rate, whatever the server makes of them (open loop): each call's time runs from when it was due, so that a server that stalls
// cannot hide the calls that had to wait. h2load --rps is no stand-in: its clients send in bursts every 10 ms, which measures the burst.
// Arrivals are Poisson, from a fixed seed; connections take turns.
//
// usage: paced-calls PORT CONNECTIONS CALLS_PER_SECOND SECONDS BODY_FILE
// prints "CALLS calls P50 p50 P99 p99 us", or says what went wrong and exits 1
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "connection.h"

#define FIELD(name, value)                                                                  \
  {(uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, sizeof(value) - 1,              \
   NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE}

enum { largest_body = 1 << 20, warm_up_percent = 10 };

static uint8_t body[largest_body];
static size_t body_length;
static uint64_t *latencies;
static size_t finished, measured, failed;
// Calls that were due earlier than this only warm the server up.
static uint64_t measure_from;

struct call {
  uint64_t due;
  size_t sent, received;
};

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void die(const char *what) {
  fprintf(stderr, "paced-calls: %s\n", what);
  exit(1);
}

static ssize_t read_body(nghttp2_session *session, int32_t stream, uint8_t *buffer, size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *context) {
  (void)session, (void)stream, (void)context;
  struct call *call = source->ptr;
  size_t count = body_length - call->sent < room ? body_length - call->sent : room;
  memcpy(buffer, body + call->sent, count);
  call->sent += count;
  if (call->sent == body_length) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return (ssize_t)count;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *bytes, size_t count, void *context) {
  (void)flags, (void)bytes, (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, stream);
  if (call) call->received += count;
  return 0;
}

static int on_close(nghttp2_session *session, int32_t stream, uint32_t code, void *context) {
  (void)context;
  struct call *call = nghttp2_session_get_stream_user_data(session, stream);
  if (!call) return 0;
  // The answer has the request's fields, so its length.
  if (code || call->received != body_length) failed++;
  if (call->due >= measure_from) latencies[measured++] = now() - call->due;
  finished++;
  free(call);
  return 0;
}

static struct connection *connect_to(int port, int poller, nghttp2_session_callbacks *callbacks) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0 || connect(descriptor, (void *)&address, sizeof address)) die(strerror(errno));
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  struct connection *connection = connection_open(descriptor, poller);
  nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
  if (nghttp2_session_client_new(&connection->session, callbacks, NULL)) die("no memory");
  nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 1);
  nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, 16 << 20);
  if (connection_write(connection) < 0) die("the server left at once");
  return connection;
}

static void begin_call(struct connection *connection, uint64_t due) {
  static const nghttp2_nv head[] = {FIELD(":method", "POST"),
                                    FIELD(":scheme", "http"),
                                    FIELD(":path", "/lodestar.bench.v1.Echo/Unary"),
                                    FIELD(":authority", "localhost"),
                                    FIELD("te", "trailers"),
                                    FIELD("content-type", "application/grpc")};
  struct call *call = calloc(1, sizeof *call);
  if (!call) die("no memory");
  call->due = due;
  nghttp2_data_provider provider = {.source = {.ptr = call}, .read_callback = read_body};
  if (nghttp2_submit_request(connection->session, NULL, head, 6, &provider, call) < 0) die("a call could not begin");
  if (connection_write(connection) < 0) die("a connection ended");
}

static void take_answers(int poller) {
  struct epoll_event ready[64];
  int many = epoll_wait(poller, ready, 64, 0);
  for (int index = 0; index < many; index++) {
    struct connection *connection = ready[index].data.ptr;
    if (connection_read(connection) < 0 || connection_write(connection) < 0) die("a connection ended");
  }
}

// The time to the next arrival, in nanoseconds: exponentially distributed.
static uint64_t gap(double calls_per_second) { return (uint64_t)(-log(1 - drand48()) / calls_per_second * 1e9); }

static int ascending(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

static void run(struct connection **connections, size_t many, int poller, double calls_per_second, double seconds) {
  uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), due = start;
  size_t begun = 0;
  measure_from = start + (end - start) / 100 * warm_up_percent;
  while (finished < begun || due < end) {
    uint64_t moment = now();
    if (moment > end + 10000000000) die("answers are missing 10 s after the last call");
    while (due < end && due <= moment) {
      begin_call(connections[begun++ % many], due);
      due += gap(calls_per_second);
    }
    take_answers(poller);
  }
}

int main(int count, char **arguments) {
  if (count != 6) die("usage: paced-calls PORT CONNECTIONS CALLS_PER_SECOND SECONDS BODY_FILE");
  size_t many = (size_t)atoi(arguments[2]);
  double calls_per_second = atof(arguments[3]), seconds = atof(arguments[4]);
  FILE *file = fopen(arguments[5], "rb");
  if (!file || !many || calls_per_second <= 0 || seconds <= 0) die("an argument is no number, or the body cannot be read");
  body_length = fread(body, 1, sizeof body, file);
  fclose(file);
  nghttp2_session_callbacks *callbacks;
  if (nghttp2_session_callbacks_new(&callbacks)) die("no memory");
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
  int poller = epoll_create1(EPOLL_CLOEXEC);
  struct connection **connections = calloc(many, sizeof *connections);
  // Half again, as arrivals are random.
  latencies = calloc((size_t)(calls_per_second * seconds * 1.5) + 1000, sizeof *latencies);
  if (!connections || !latencies) die("no memory");
  for (size_t index = 0; index < many; index++) connections[index] = connect_to(atoi(arguments[1]), poller, callbacks);
  run(connections, many, poller, calls_per_second, seconds);
  if (failed) die("some answers were wrong");
  qsort(latencies, measured, sizeof *latencies, ascending);
  printf("%zu calls %.1f p50 %.1f p99 us\n", finished, (double)latencies[measured / 2] / 1e3,
         (double)latencies[measured * 99 / 100] / 1e3);
}
