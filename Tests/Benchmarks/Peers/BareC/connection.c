#define _GNU_SOURCE
#include "connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { chunk_bytes = 256 << 10, largest_frame = 32 << 10 };

static uint8_t incoming[chunk_bytes], outgoing[chunk_bytes];

static void watch(struct connection *connection, int operation, int waits_for_room) {
  struct epoll_event event = {.events = EPOLLIN | (waits_for_room ? EPOLLOUT : 0), .data = {.ptr = connection}};
  epoll_ctl(connection->poller, operation, connection->descriptor, &event);
  connection->waits_for_room = waits_for_room;
}

struct connection *connection_open(int descriptor, int poller) {
  int one = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct connection *connection = calloc(1, sizeof *connection);
  if (!connection) abort();
  connection->descriptor = descriptor;
  connection->poller = poller;
  watch(connection, EPOLL_CTL_ADD, 0);
  return connection;
}

int connection_read(struct connection *connection) {
  for (;;) {
    ssize_t count = recv(connection->descriptor, incoming, sizeof incoming, 0);
    if (count == 0) return -1;
    if (count < 0) return errno == EAGAIN ? 0 : -1;
    if (nghttp2_session_mem_recv(connection->session, incoming, (size_t)count) < 0) return -1;
    // A short read has emptied the socket: asking again would only cost a call.
    if ((size_t)count < sizeof incoming) return 0;
  }
}

// 1: all gone; 0: the socket is full; -1: the connection is over.
static int send_bytes(struct connection *connection, const uint8_t *bytes, size_t count, size_t *sent) {
  ssize_t written = send(connection->descriptor, bytes, count, MSG_NOSIGNAL);
  *sent = written < 0 ? 0 : (size_t)written;
  if (written < 0 && errno != EAGAIN) return -1;
  return *sent == count;
}

static void keep(struct connection *connection, const uint8_t *bytes, size_t count) {
  if (connection->pending_capacity < count) {
    connection->pending = realloc(connection->pending, connection->pending_capacity = count);
    if (!connection->pending) abort();
  }
  memcpy(connection->pending, bytes, count);
  connection->pending_start = 0;
  connection->pending_end = count;
}

static int send_pending(struct connection *connection) {
  size_t sent;
  size_t count = connection->pending_end - connection->pending_start;
  if (!count) return 1;
  int result = send_bytes(connection, connection->pending + connection->pending_start, count, &sent);
  connection->pending_start += sent;
  return result;
}

int connection_write(struct connection *connection) {
  int result = send_pending(connection);
  while (result > 0) {
    const uint8_t *frame;
    size_t gathered = 0, sent;
    ssize_t length;
    while (gathered < sizeof outgoing - largest_frame &&
           (length = nghttp2_session_mem_send(connection->session, &frame)) > 0) {
      memcpy(outgoing + gathered, frame, (size_t)length);
      gathered += (size_t)length;
    }
    if (!gathered) break;
    result = send_bytes(connection, outgoing, gathered, &sent);
    if (result == 0) keep(connection, outgoing + sent, gathered - sent);
  }
  if (result < 0) return -1;
  if (connection->waits_for_room != (result == 0)) watch(connection, EPOLL_CTL_MOD, result == 0);
  return nghttp2_session_want_read(connection->session) || nghttp2_session_want_write(connection->session) ? 0 : -1;
}

void connection_close(struct connection *connection) {
  nghttp2_session_del(connection->session);
  close(connection->descriptor);
  free(connection->pending);
  free(connection);
}
