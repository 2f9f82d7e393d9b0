/*
 * simboard: the simulated board as a serial port. It runs the firmware in real time behind a pseudo-terminal.
 *
 *   simboard --elf FILE --mcu PART --wiring TEXT --shared FILE [--link PATH] [--boot-ms N] [--control]
 *
 * `--shared` is a file of struct shared: sensor counts that another process rewrites at any time, and what the board
 * counts in return. Opening the port resets the board, as DTR does on an Arduino; the port's rate is the peer's
 * rate. `--control` takes the words reset, hang and stop on standard input and ends with it. The rule: time has one
 * absolute start and each step its own deadline, so that no error of a sleep is ever summed.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "board.h"

enum { STEP_NS = 500000, STEP_CYCLES = 8000, MAX_LAG_STEPS = 500, BACKLOG = 65536, CYCLES_PER_MS = 16000 };

/* Python mirrors this struct field by field. */
struct shared {
    uint16_t counts[CHANNELS_MAX];
    struct counters counters;
    uint64_t unread;  /* bytes that were lost because whoever has the port open did not read */
    uint64_t slipped; /* steps that real time was ahead by too much to catch up */
    uint64_t opened;
};

struct port {
    int master;
    bool open;
    unsigned boot_ms;
    char name[64];
    uint8_t backlog[BACKLOG];
    size_t waiting;
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

static void fail(const char *what)
{
    fprintf(stderr, "simboard: %s: %s\n", what, strerror(errno));
    exit(1);
}

static struct shared *share(const char *path)
{
    int file = open(path, O_RDWR);
    struct shared *shared;
    if (file < 0 || ftruncate(file, sizeof *shared))
        fail(path);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED)
        fail(path);
    close(file);
    return shared;
}

static void open_port(struct port *port)
{
    struct termios raw;
    int slave;
    port->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
    if (port->master < 0 || grantpt(port->master) || unlockpt(port->master)
        || ptsname_r(port->master, port->name, sizeof port->name))
        fail("no pseudo-terminal");
    /* Opened and closed once, so that poll says POLLHUP until somebody else opens it. */
    slave = open(port->name, O_RDWR | O_NOCTTY);
    if (slave < 0 || tcgetattr(slave, &raw))
        fail(port->name);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    close(slave);
}

static double port_baud(const struct port *port)
{
    static const struct {
        speed_t speed;
        double baud;
    } speeds[] = {
        { B9600, 9600 }, { B19200, 19200 }, { B38400, 38400 }, { B57600, 57600 }, { B115200, 115200 },
        { B230400, 230400 }, { B500000, 500000 }, { B1000000, 1000000 }, { B2000000, 2000000 },
    };
    struct termios settings;
    if (tcgetattr(port->master, &settings))
        return 0;
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++)
        if (cfgetospeed(&settings) == speeds[i].speed)
            return speeds[i].baud;
    return 0; /* a rate without a name: taken for the board's own */
}

static void watch_opening(struct port *port, struct board *board, struct shared *shared)
{
    struct pollfd state = { .fd = port->master, .events = 0 };
    poll(&state, 1, 0);
    bool open = !(state.revents & POLLHUP);
    if (open && !port->open) {
        port->waiting = 0;
        shared->opened++;
        board_reset(board, RESET_EXTERNAL);
        board_stall(board, port->boot_ms * CYCLES_PER_MS); /* the boot loader waits for an upload */
    }
    port->open = open;
}

static void take_input(struct port *port, struct board *board)
{
    uint8_t bytes[4096];
    ssize_t count;
    while (port->open && (count = read(port->master, bytes, sizeof bytes)) > 0)
        board_send(board, bytes, (size_t)count, 0);
}

static void give_output(struct port *port, struct board *board, struct shared *shared)
{
    struct sent_byte sent[512];
    size_t count;
    while ((count = board_take(board, 0, sent, sizeof sent / sizeof *sent)))
        for (size_t i = 0; i < count; i++) {
            if (!port->open)
                continue;
            if (port->waiting < BACKLOG)
                port->backlog[port->waiting++] = (uint8_t)sent[i].value;
            else
                shared->unread++;
        }
    if (!port->open || !port->waiting)
        return;
    ssize_t written = write(port->master, port->backlog, port->waiting);
    if (written > 0) {
        port->waiting -= (size_t)written;
        memmove(port->backlog, port->backlog + written, port->waiting);
    }
}

static void take_control(struct board *board)
{
    struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
    char text[256];
    if (poll(&input, 1, 0) <= 0)
        return;
    ssize_t count = read(STDIN_FILENO, text, sizeof text - 1);
    if (count <= 0) {
        stopping = 1;
        return;
    }
    text[count] = 0;
    if (strstr(text, "reset"))
        board_reset(board, RESET_EXTERNAL);
    if (strstr(text, "hang"))
        board_hang(board, 0);
    if (strstr(text, "stop"))
        stopping = 1;
}

static void until_step(struct timespec *start, uint64_t step, uint64_t *slipped)
{
    uint64_t ns = step * STEP_NS + (uint64_t)start->tv_nsec;
    struct timespec due = { .tv_sec = start->tv_sec + (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u) };
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t late = (now.tv_sec - due.tv_sec) * 1000000000ll + (now.tv_nsec - due.tv_nsec);
    if (late > (int64_t)MAX_LAG_STEPS * STEP_NS) {
        *slipped += (uint64_t)late / STEP_NS;
        start->tv_sec += (time_t)(late / 1000000000);
        start->tv_nsec += (long)(late % 1000000000);
        return;
    }
    if (late < 0)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static int pace(struct port *port, struct board *board, struct shared *shared, bool control)
{
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (uint64_t step = 1; !stopping; step++) {
        watch_opening(port, board, shared);
        if (step % 4 == 0)
            board_peer_baud(board, port_baud(port));
        take_input(port, board);
        if (board_run(board, step * STEP_CYCLES)) {
            fprintf(stderr, "simboard: the firmware stopped for good\n");
            return 1;
        }
        /* Counted first: whoever reads a byte finds in the counters what led to it. */
        board_count(board, &shared->counters);
        give_output(port, board, shared);
        if (control)
            take_control(board);
        until_step(&start, step, &shared->slipped);
    }
    return 0;
}

/* Never another's file: what stands at the path goes only if it is a symbolic link. */
static void remove_link(const char *path)
{
    char target[64];
    if (readlink(path, target, sizeof target) > 0)
        unlink(path);
}

int main(int count, char **arguments)
{
    static struct port port = { .boot_ms = 20 };
    const char *elf = NULL, *mcu = NULL, *wiring = NULL, *shared_path = NULL, *link_path = NULL;
    bool control = false;
    char error[256] = "";
    int option;
    static const struct option options[] = {
        { "elf", 1, NULL, 'e' },    { "mcu", 1, NULL, 'm' },  { "wiring", 1, NULL, 'w' },  { "shared", 1, NULL, 's' },
        { "link", 1, NULL, 'l' },   { "boot-ms", 1, NULL, 'b' }, { "control", 0, NULL, 'c' }, { 0 },
    };
    while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
        switch (option) {
        case 'e': elf = optarg; break;
        case 'm': mcu = optarg; break;
        case 'w': wiring = optarg; break;
        case 's': shared_path = optarg; break;
        case 'l': link_path = optarg; break;
        case 'b': port.boot_ms = (unsigned)atoi(optarg); break;
        case 'c': control = true; break;
        default: return 2;
        }
    }
    if (!elf || !mcu || !wiring || !shared_path) {
        fprintf(stderr, "simboard: --elf, --mcu, --wiring and --shared are needed\n");
        return 2;
    }
    struct sigaction stop = { .sa_handler = on_signal };
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);

    struct shared *shared = share(shared_path);
    struct board *board = board_new(elf, mcu, wiring, shared->counts, error, sizeof error);
    if (!board) {
        fprintf(stderr, "simboard: %s\n", error);
        return 1;
    }
    open_port(&port);
    if (link_path) {
        remove_link(link_path);
        if (symlink(port.name, link_path))
            fail(link_path);
    }
    printf("%s\n", port.name);
    fflush(stdout);
    int status = pace(&port, board, shared, control);
    if (link_path)
        remove_link(link_path);
    close(port.master);
    board_free(board);
    return status;
}
