// A non-blocking socket with an nghttp2 session on it, the same for the bare server and the paced caller.
#pragma once
#include <nghttp2/nghttp2.h>
#include <stddef.h>
#include <stdint.h>

struct connection {
  int descriptor;
  int poller;
  int waits_for_room;
  nghttp2_session *session;
  // What the socket had no room for.
  uint8_t *pending;
  size_t pending_start, pending_end, pending_capacity;
};

// Watched for reading by that epoll descriptor; the caller gives it its session.
struct connection *connection_open(int descriptor, int poller);
// Hands everything that has come to the session. -1: the connection is over.
int connection_read(struct connection *connection);
// Sends everything that the session has, gathered into few writes. -1: the connection is over.
int connection_write(struct connection *connection);
void connection_close(struct connection *connection);
