/* See link.h. */
#include "link.h"

#include <stddef.h> /* NULL */

#include "flags.h" /* FLAG_LINE_WANTED */
#include "uart.h"  /* uart_send */

static uint8_t frames[2][LINK_FRAME_BYTES];
static uint8_t answer[FRAME_WIRE_BYTES(LINK_ANSWER_BODY_MAX)];
static uint8_t lone_zero[1];

/* Encoded, but behind something else that waits for the line. */
static uint8_t *held_frame;
static bool held_answer, held_zero;
static bool buffer_wanted, quiet_wanted; /* somebody waits for the line */

static bool is_free(const uint8_t *frame)
{
    return frame != held_frame && !uart_holds(frame, LINK_FRAME_BYTES);
}

uint8_t *link_frame_buffer(void)
{
    uint8_t *free = is_free(frames[0]) ? frames[0] : is_free(frames[1]) ? frames[1] : NULL;
    buffer_wanted = held_frame || !free;
    return held_frame ? NULL : free;
}

void link_send_frame(uint8_t *buffer)
{
    held_frame = buffer;
    link_poll();
}

void link_withdraw_frame(void)
{
    held_frame = NULL;
    if (!uart_withdraw(frames[0]))
        uart_withdraw(frames[1]);
}

bool link_can_answer(void)
{
    return !held_answer && !uart_holds(answer, sizeof answer);
}

void link_answer(const uint8_t *body, uint8_t size)
{
    frame_encode(answer, body, size);
    held_answer = true;
    link_poll();
}

void link_clear_line(void)
{
    held_zero = true;
}

void link_poll(void)
{
    if (held_zero && uart_can_send()) {
        held_zero = false;
        uart_send(lone_zero);
    }
    if (held_answer && !held_zero && uart_can_send()) {
        held_answer = false;
        uart_send(answer);
    }
    if (held_frame && uart_can_send()) {
        uart_send(held_frame);
        held_frame = NULL;
    }
    if (held_zero || held_answer || held_frame || buffer_wanted || quiet_wanted)
        flag_set(FLAG_LINE_WANTED);
    else
        flag_clear(FLAG_LINE_WANTED);
}

bool link_quiet(void)
{
    bool quiet = !held_answer && !held_zero && !held_frame && uart_idle();
    quiet_wanted = !quiet;
    return quiet;
}
