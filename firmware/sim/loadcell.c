/*
 * An HX711 load cell amplifier on two pins, and the chip's external interrupt that its data line can raise.
 *
 * Avia Semiconductor's HX711 datasheet, "Serial Interface" and "Reset and Power-Down": data falls when a conversion is
 * ready; each rising clock edge puts out the next bit, highest first; the 25th to 27th choose input and gain of the next
 * conversion and leave data high; a clock that is high for 60 us switches off, low again resets; the fourth
 * conversion after that is the first good one. Where the datasheet forbids something, what happens is a
 * guess (a pulse below 200 ns is not seen; a conversion that is done in the middle of a reading spoils it), but it is counted.
 *
 * ATmega640/1280/1281/2560/2561 datasheet, chapter 15: a flag in EIFR is cleared by writing 1, and one that stands when
 * the interrupt is enabled raises it; simavr 1.6 does neither. The rule: the data line is one net, whose level follows
 * from who drives it - the chip, the amplifier, the pull-up - or stays where it was.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <simavr/avr_ioport.h>

#include "board.h"

enum { REG_EIFR = 0x3C, REG_EIMSK = 0x3D, REG_PINA = 0x20, REGS_PER_PORT = 3 };
enum { BITS = 24, PULSES = 25, PULSES_MOST = 27, SETTLING_CONVERSIONS = 4 };
enum { OFF_AFTER = 60 * (FREQUENCY / 1000000), PULSE_LEAST = FREQUENCY / 5000000 };

/* ---- the data line ---- */

static uint8_t *data_register(const struct board *board, enum port_register which)
{
    return &board->avr->data[REG_PINA + REGS_PER_PORT * board->load.data_port + which];
}

static void update_line(struct board *board)
{
    struct load_cell *cell = &board->load;
    uint8_t bit = (uint8_t)(1u << cell->data_bit);
    bool driven = *data_register(board, REG_DDR) & bit, port = *data_register(board, REG_PORT) & bit;
    bool level = driven ? port : cell->attached ? cell->out : port || cell->line;
    level = level && !cell->shorted;
    if (driven && cell->attached && port != cell->out)
        cell->counters.fights++;
    if (level == cell->line)
        return;
    cell->line = level;
    avr_ioport_external_t outside = { .name = (unsigned long)('A' + cell->data_port), .mask = bit, .value = level ? bit : 0 };
    avr_ioctl(board->avr, (uint32_t)AVR_IOCTL_IOPORT_SET_EXTERNAL('A' + cell->data_port), &outside);
    avr_raise_irq(cell->pin, level);
}

static void put_out(struct board *board, bool level)
{
    board->load.out = level;
    update_line(board);
}

static void on_port(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    unsigned which = (unsigned)(address - (data_register(board, REG_PIN) - avr->data));
    board->load.port_write[which](avr, address, value, board->load.port_param[which]);
    update_line(board);
}

/* ---- conversions ---- */

static uint32_t scatter(struct load_cell *cell)
{
    cell->random = cell->random * 1664525u + 1013904223u;
    return cell->scatter ? (cell->random >> 8) % cell->scatter : 0;
}

static int32_t convert(struct load_cell *cell)
{
    int64_t raw = (int64_t)cell->raw + scatter(cell);
    if (cell->pulses_for_next == 26)
        raw = 0; /* channel B, on which there is nothing */
    else if (cell->pulses_for_next == 27)
        raw /= 2; /* half the gain */
    return raw > 0x7FFFFF ? 0x7FFFFF : raw < -0x800000 ? -0x800000 : (int32_t)raw;
}

static avr_cycle_count_t on_conversion(struct avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct board *board = param;
    struct load_cell *cell = &board->load;
    bool reading = cell->ready && cell->pulses > 0 && cell->pulses < PULSES;
    cell->ready_at = when + cell->period;
    if (cell->ready && cell->pulses >= PULSES && cell->pulses != cell->pulses_for_next) {
        cell->pulses_for_next = cell->pulses;
        cell->settling = SETTLING_CONVERSIONS - 1;
        cell->ready = false;
    }
    if (cell->settling) {
        cell->settling--;
        return cell->ready_at;
    }
    cell->word = convert(cell);
    cell->counters.conversions++;
    cell->counters.torn += reading;
    cell->counters.unread += cell->ready && cell->pulses == 0;
    cell->ready = true;
    *(struct conversion *)list_add(&board->conversions) = (struct conversion){ .ready_at = when, .raw = cell->word };
    if (!reading) {
        cell->pulses = 0;
        put_out(board, true);
        put_out(board, false);
    }
    return cell->ready_at;
}

static void start_converting(struct board *board)
{
    struct load_cell *cell = &board->load;
    cell->off = cell->ready = false;
    cell->pulses = 0;
    cell->pulses_for_next = PULSES;
    cell->settling = SETTLING_CONVERSIONS - 1;
    cell->ready_at = board->avr->cycle + cell->period;
    avr_cycle_timer_cancel(board->avr, on_conversion, board);
    avr_cycle_timer_register(board->avr, cell->period, on_conversion, board);
    put_out(board, true);
}

static avr_cycle_count_t on_clock_high_too_long(struct avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct board *board = param;
    (void)when;
    board->load.off = true;
    board->load.ready = false;
    board->load.counters.power_downs++;
    avr_cycle_timer_cancel(avr, on_conversion, board);
    put_out(board, true);
    return 0;
}

/* ---- the clock line ---- */

static void clock_rises(struct board *board, uint64_t now)
{
    struct load_cell *cell = &board->load;
    cell->high_since = now;
    cell->out_before = cell->out;
    avr_cycle_timer_register(board->avr, OFF_AFTER, on_clock_high_too_long, board);
    cell->counted = cell->ready && cell->pulses < PULSES_MOST;
    if (!cell->counted)
        return;
    cell->pulses++;
    put_out(board, cell->pulses > BITS || ((uint32_t)cell->word >> (BITS - cell->pulses) & 1));
    cell->counters.readings += cell->pulses == PULSES;
}

static void clock_falls(struct board *board, uint64_t now)
{
    struct load_cell *cell = &board->load;
    uint64_t high = now - cell->high_since;
    avr_cycle_timer_cancel(board->avr, on_clock_high_too_long, board);
    if (cell->off) {
        start_converting(board);
        return;
    }
    if (high > cell->counters.longest_pulse)
        cell->counters.longest_pulse = (uint32_t)high;
    if (high <= PULSE_LEAST) {
        cell->counters.short_pulses++;
        cell->pulses -= cell->counted;
        put_out(board, cell->out_before);
    }
}

void load_cell_clock(struct board *board, uint64_t now)
{
    struct load_cell *cell = &board->load;
    bool level = (board->pins[cell->clock_port] >> cell->clock_bit) & 1;
    if (!cell->wired || level == cell->clock)
        return;
    cell->clock = level;
    if (!cell->attached)
        return;
    if (level)
        clock_rises(board, now);
    else
        clock_falls(board, now);
}

/* ---- the external interrupt ---- */

static void write_eifr(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    avr_int_vector_t *vector = board->load.vector;
    if (value >> vector->raised.bit & 1)
        avr_clear_interrupt(avr, vector);
    avr->data[address] &= (uint8_t)~value;
}

static void write_eimsk(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    avr_int_vector_t *vector = board->load.vector;
    avr->data[address] = value;
    if (avr_regbit_get(avr, vector->enable) && avr_regbit_get(avr, vector->raised) && !vector->pending)
        avr_raise_interrupt(avr, vector);
}

/* ---- making, resetting, and what is done from outside ---- */

void load_cell_attach(struct board *board, uint8_t vector)
{
    struct load_cell *cell = &board->load;
    avr_t *avr = board->avr;
    if (!cell->wired)
        return;
    cell->pin = avr_io_getirq(avr, (uint32_t)AVR_IOCTL_IOPORT_GETIRQ('A' + cell->data_port), cell->data_bit);
    cell->vector = board_vector(board, vector);
    for (unsigned which = REG_DDR; which <= REG_PORT; which++) {
        avr_io_addr_t address = (avr_io_addr_t)(data_register(board, which) - avr->data);
        cell->port_write[which] = avr->io[AVR_DATA_TO_IO(address)].w.c;
        cell->port_param[which] = avr->io[AVR_DATA_TO_IO(address)].w.param;
        avr->io[AVR_DATA_TO_IO(address)].w.c = on_port;
        avr->io[AVR_DATA_TO_IO(address)].w.param = board;
    }
    avr_register_io_write(avr, REG_EIFR, write_eifr, board);
    avr_register_io_write(avr, REG_EIMSK, write_eimsk, board);
}

/* The chip's timers are gone and its pins float; the amplifier goes on unless it was without power itself. */
void load_cell_reset(struct board *board)
{
    struct load_cell *cell = &board->load;
    if (!cell->wired)
        return;
    cell->clock = false;
    if (cell->attached && !cell->off)
        avr_cycle_timer_register(board->avr, cell->ready_at - board->avr->cycle, on_conversion, board);
    else if (cell->attached)
        start_converting(board);
    cell->line = !cell->line; /* so that the chip is told */
    update_line(board);
}

void board_load_cell(struct board *board, int attached, double readings_per_s)
{
    struct load_cell *cell = &board->load;
    if (!cell->wired)
        return;
    cell->attached = attached;
    avr_cycle_timer_cancel(board->avr, on_conversion, board);
    avr_cycle_timer_cancel(board->avr, on_clock_high_too_long, board);
    if (attached) {
        cell->period = (uint32_t)(FREQUENCY / readings_per_s + 0.5);
        start_converting(board);
    }
    update_line(board);
}

void board_load_short(struct board *board, int shorted)
{
    board->load.shorted = shorted;
    update_line(board);
}

void board_load(struct board *board, int32_t raw, uint32_t scatter_counts)
{
    board->load.raw = raw;
    board->load.scatter = scatter_counts;
}

void board_load_count(const struct board *board, struct load_counters *counters)
{
    *counters = board->load.counters;
}
