// What Glibc's own module map leaves out, and the calls that Swift cannot make because they are macros or GNU extensions.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

// GNU extensions are declared here: switching _GNU_SOURCE on would change types (fd_set) that Swift's own Glibc module has seen without.
extern int accept4(int, struct sockaddr *, socklen_t *, int);
extern int pthread_setname_np(pthread_t, const char *);

// -1 and errno as accept(2).
static inline int clinux_accept(int listener) {
  return accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

// At most 15 bytes are shown; a longer name is refused by the system and the thread keeps its old one.
static inline void clinux_name_this_thread(const char *name) {
  pthread_setname_np(pthread_self(), name);
}
