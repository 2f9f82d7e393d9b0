/* See control.h. */
#include "control.h"

#include "clock.h"    /* clock_now */
#include "command.h"  /* command_parse */
#include "cue.h"      /* cue_start */
#include "link.h"     /* link_can_answer */
#include "loadcell.h" /* loadcell_watch */
#include "padid.h"    /* padid_set */
#include "report.h"   /* report_hello */
#include "selftest.h" /* selftest_run */
#include "stream.h"   /* stream_start */
#include "uart.h"     /* uart_received */

#define TRIAL_TICKS CLOCK_TICK_HZ /* how long a new line rate has to prove itself */
#define UART_BYTES_IN_HARDWARE 2
#define UART_BYTE_TICKS 5UL /* at divisor 1: 2 Mbaud */

static struct rate_limits limits = {
    .channels = CHANNELS,
    .extra_max = EXTRA_MAX,
    .frame_wire_bytes = LINK_FRAME_BYTES,
    .status_wire_bytes = FRAME_WIRE_BYTES(LINK_STATUS_BODY),
};

static struct rate rate;
static uint8_t extra_wanted; /* by the host; the plan may need more */

/* A change of the line's rate, from the command until it has proved itself. */
static enum { BAUD_STEADY, BAUD_REPLYING, BAUD_ON_TRIAL } baud_state;
static struct rate baud_before, baud_after;
static uint32_t baud_since;

static bool plans_load_cell;

static void plan_load_cell(bool present)
{
    plans_load_cell = present;
    limits.load_wire_bytes_per_s = present ? LOADCELL_READINGS_PER_S * FRAME_WIRE_BYTES(LINK_LOAD_BODY) : 0;
}

static void change_rate(const struct rate *to)
{
    uart_set_divisor(to->baud_divisor);
    rate = *to;
    stream_scan_from(&rate);
}

/* The reply must be out before the rate changes: when the last byte is handed over, two are still in the hardware. */
static void follow_reply(void)
{
    clock_wait_us(UART_BYTES_IN_HARDWARE * UART_BYTE_TICKS * rate.baud_divisor + 1);
    baud_before = rate;
    change_rate(&baud_after);
    baud_state = BAUD_ON_TRIAL;
    baud_since = clock_now();
}

static void poll_baud(void)
{
    if (baud_state == BAUD_REPLYING && link_quiet()) {
        follow_reply();
    } else if (baud_state == BAUD_ON_TRIAL && clock_now() - baud_since > TRIAL_TICKS) {
        baud_state = BAUD_STEADY;
        stream_stop();
        change_rate(&baud_before);
    }
}

/*
 * A load cell that comes or goes between streams changes what the line must carry: a new plan, and a hello that says so.
 * Where there is no plan with it, the scan goes on as it is and readings are not sent.
 */
static void follow_load_cell(void)
{
    struct rate plan;
    if (loadcell_present() == plans_load_cell || stream_is_on() || baud_state != BAUD_STEADY || !link_can_answer())
        return;
    plan_load_cell(loadcell_present());
    if (rate_plan(&plan, &limits, rate.prescaler, extra_wanted, rate.baud)) {
        rate = plan;
        stream_scan_from(&rate);
    }
    report_hello(&rate, false);
}

static uint8_t set_rate(const struct command *command)
{
    struct rate plan;
    if (!rate_plan(&plan, &limits, command->rate.prescaler, command->rate.extra, rate.baud))
        return RESULT_OUT_OF_RANGE;
    extra_wanted = command->rate.extra;
    rate = plan;
    stream_scan_from(&rate);
    return RESULT_DONE;
}

static uint8_t set_baud(const struct command *command)
{
    if (!rate_plan(&baud_after, &limits, rate.prescaler, extra_wanted, command->baud))
        return RESULT_OUT_OF_RANGE;
    baud_state = BAUD_REPLYING;
    return RESULT_DONE;
}

static void self_test(uint8_t tag)
{
    struct report_selftest result;
    selftest_run(&result, &rate);
    stream_scan_from(&rate);
    report_selftest(tag, &result);
}

static uint8_t carry_out(const struct command *command)
{
    switch (command->type) {
    case COMMAND_START:
        stream_start();
        return RESULT_DONE;
    case COMMAND_STOP:
        stream_stop();
        return RESULT_DONE;
    case COMMAND_SET_RATE:
        return set_rate(command);
    case COMMAND_SET_BAUD:
        return set_baud(command);
    case COMMAND_SET_PAD_ID:
        return padid_set(command->pad_id) ? RESULT_DONE : RESULT_HARDWARE;
    default: /* COMMAND_CUE: the others do not come here */
        cue_start(command->cue.kind, command->cue.ms, clock_now());
        return RESULT_DONE;
    }
}

static void answer(const struct command *command)
{
    if (baud_state == BAUD_ON_TRIAL)
        baud_state = BAUD_STEADY;
    if (command_needs_quiet(command->type) && stream_is_on())
        report_reply(command->tag, command->type, RESULT_NOT_WHILE_STREAMING);
    else if (command->type == COMMAND_HELLO)
        report_hello(&rate, stream_is_on());
    else if (command->type == COMMAND_STATUS)
        stream_report_status();
    else if (command->type == COMMAND_SELF_TEST)
        self_test(command->tag);
    else
        report_reply(command->tag, command->type, carry_out(command));
}

/* Returns whether there was a command that has been answered. */
static bool take_command(void)
{
    uint8_t *packet, size = uart_received(&packet);
    if (!size || !link_can_answer() || baud_state == BAUD_REPLYING)
        return false;
    struct command command;
    enum command_verdict verdict = command_parse(&command, packet, size);
    uart_forget();
    if (verdict == COMMAND_GOOD)
        answer(&command);
    else if (verdict == COMMAND_REFUSED)
        report_reply(command.tag, command.type, command.result);
    else
        stream_count_rx(1, 0);
    return verdict != COMMAND_DAMAGED;
}

static void count_faults(void)
{
    struct uart_faults faults = uart_take_faults();
    stream_count_rx(faults.broken, faults.lost);
}

void control_poll(bool scan_passed)
{
    if (scan_passed)
        count_faults();
    if (take_command() || scan_passed) /* who sends rubbish is heard once a scan */
        uart_listen();
    if (baud_state != BAUD_STEADY)
        poll_baud();
    if (scan_passed) {
        uint32_t now = clock_now();
        cue_poll(now);
        loadcell_watch(now);
        follow_load_cell();
    }
}

void control_init(void)
{
    plan_load_cell(loadcell_present());
    (void)rate_plan(&rate, &limits, DEFAULT_PRESCALER, 0, DEFAULT_BAUD); /* config.h's defaults have a plan */
    uart_init(rate.baud_divisor);
    stream_scan_from(&rate);
    report_hello(&rate, false);
}
