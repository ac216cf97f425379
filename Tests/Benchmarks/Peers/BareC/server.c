// The floor that our server is measured against: what a gRPC echo costs when nothing stands between nghttp2, protobuf-c and epoll. One thread; one
// write per turn and connection; no deadlines, limits or metadata. Every shortcut that leaves the answer right is taken.
//
// usage: bare-server PORT; prints "listening PORT"
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "echo_call.h"

static nghttp2_session_callbacks *callbacks;
static int poller;

static int listen_on(int port) {
  int one = 1;
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (listener < 0 || bind(listener, (void *)&address, length) || listen(listener, 1024) ||
      getsockname(listener, (void *)&address, &length)) {
    perror("bare-server: cannot listen");
    exit(1);
  }
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void accept_all(int listener) {
  for (;;) {
    int descriptor = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    struct connection *connection = connection_open(descriptor, poller);
    nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1000},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20},
    };
    if (nghttp2_session_server_new(&connection->session, callbacks, NULL)) abort();
    nghttp2_submit_settings(connection->session, NGHTTP2_FLAG_NONE, settings, 2);
    nghttp2_session_set_local_window_size(connection->session, NGHTTP2_FLAG_NONE, 0, 16 << 20);
    if (connection_write(connection) < 0) connection_close(connection);
  }
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: bare-server PORT\n");
    return 2;
  }
  callbacks = echo_callbacks();
  poller = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_on(atoi(arguments[1]));
  struct epoll_event wanted = {.events = EPOLLIN}, ready[256];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &wanted);
  for (;;) {
    int many = epoll_wait(poller, ready, 256, -1);
    for (int index = 0; index < many; index++) {
      struct connection *connection = ready[index].data.ptr;
      if (!connection) {
        accept_all(listener);
      } else if (connection_read(connection) < 0 || connection_write(connection) < 0) {
        connection_close(connection);
      }
    }
  }
}
