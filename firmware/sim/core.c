/*
 * The simulated board's life: load, run, reset, break - and the mends to simavr's core.
 *
 * Mended here: an interrupt's response costs 5 cycles (4 on the 328P) and 4 more out of sleep; one instruction, not
 * two, runs between RETI and the next interrupt; sleep takes simulated time only; a hang with interrupts off
 * ends in a watchdog reset; after any reset the board's own timers live on. The rule: each mend is one that the
 * datasheet asks for, and is tested with probe.c.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <simavr/avr_watchdog.h>
#include <simavr/sim_elf.h>

#include "board.h"

enum { WAKE_UP = 4, WDIE = 0x40, RAM_START = 0x100, EEPE = 0x02 };

static const struct part {
    const char *name;
    uint8_t uart_vector, adc_vector, watchdog_vector, load_vector, interrupt_cost;
} parts[] = {
    { "atmega2560", 25, 29, 12, 5, 5 },
    { "atmega328p", 18, 21, 6, 1, 4 },
};

/* ---- lists ---- */

void *list_add(struct list *list)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 1024;
        list->items = realloc(list->items, list->room * list->item_size);
        if (!list->items)
            abort();
    }
    return list->items + list->item_size * list->count++;
}

size_t list_take(struct list *list, void *items, size_t room)
{
    size_t left = list->count - list->taken;
    size_t count = left < room ? left : room;
    if (count)
        memcpy(items, list->items + list->taken * list->item_size, count * list->item_size);
    list->taken += count;
    if (list->taken == list->count)
        list->taken = list->count = 0;
    return count;
}

/* ---- interrupts and sleep ---- */

avr_int_vector_t *board_vector(struct board *board, uint8_t number)
{
    avr_int_table_t *table = &board->avr->interrupts;
    for (int i = 0; i < table->vector_count; i++)
        if (table->vector[i]->vector == number)
            return table->vector[i];
    abort(); /* the parts table above is wrong */
}

void board_spend(struct board *board, uint32_t cycles)
{
    avr_t *avr = board->avr;
    avr->cycle += cycles;
    avr->run_cycle_count = avr->run_cycle_count > cycles ? avr->run_cycle_count - cycles : 0;
}

static void on_running(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct board *board = param;
    (void)irq;
    if (value) {
        uint32_t cost = board->interrupt_cost;
        if (board->slept) { /* halted for four cycles; simavr has spent the first of them already */
            cost += WAKE_UP - 1;
            board->counters.idle += WAKE_UP - 1;
            board->slept = false;
        }
        board_spend(board, cost);
        return;
    }
    if (board->avr->interrupt_state < -1)
        board->avr->interrupt_state = -1;
    uart_levels(board);
}

static void on_sleep(avr_t *avr, avr_cycle_count_t cycles)
{
    struct board *board = avr->custom.data;
    board->slept = true;
    board->counters.idle += cycles + 1;
}

/* ---- watchdog ---- */

static avr_cycle_count_t watchdog_unserved(struct avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct board *board = param;
    (void)when;
    if (board->watchdog->pending)
        avr->data[REG_WDTCSR] &= (uint8_t)~WDIE; /* the next time-out resets, as the datasheet says of WDIE */
    return 0;
}

static void on_watchdog(struct avr_irq_t *irq, uint32_t value, void *param)
{
    struct board *board = param;
    const avr_watchdog_t *watchdog = board->avr->io[AVR_DATA_TO_IO(REG_WDTCSR)].w.param;
    (void)irq;
    if (value)
        avr_cycle_timer_register(board->avr, watchdog->cycle_count - 64, watchdog_unserved, board);
}

/* ---- EEPROM ---- */

static void write_eecr(struct avr_t *avr, avr_io_addr_t address, uint8_t value, void *param)
{
    struct board *board = param;
    uint8_t wanted = avr->data[REG_EEDR];
    if (board->eeprom_worn && (value & EEPE))
        avr->data[REG_EEDR] = 0x55; /* a worn cell keeps something else */
    board->eeprom_write(avr, address, value, board->eeprom_param);
    if (value & EEPE)
        avr->data[REG_EEDR] = wanted;
}

/* ---- making and resetting ---- */

static void say_errors(avr_t *avr, const int level, const char *format, va_list arguments)
{
    (void)avr;
    if (level == LOG_ERROR)
        vfprintf(stderr, format, arguments);
}

static struct board *board_of(struct avr_io_t *io)
{
    return (struct board *)((char *)io - offsetof(struct board, resetter));
}

static void on_reset(struct avr_io_t *io)
{
    struct board *board = board_of(io);
    board->avr->run_cycle_limit = FREQUENCY / 1000;
    board->slept = false;
    board->counters.resets++;
    adc_reset(board);
    uart_reset(board);
    wiring_reset(board);
    load_cell_reset(board);
}

static void attach(struct board *board, const struct part *part)
{
    avr_t *avr = board->avr;
    avr_io_t **last = &avr->io_port;

    avr->custom.data = board;
    avr->sleep = on_sleep;
    board->interrupt_cost = part->interrupt_cost;
    for (int i = 0; i < avr->interrupts.vector_count; i++)
        avr_irq_register_notify(avr->interrupts.vector[i]->irq + AVR_INT_IRQ_RUNNING, on_running, board);
    board->watchdog = board_vector(board, part->watchdog_vector);
    avr_irq_register_notify(board->watchdog->irq + AVR_INT_IRQ_PENDING, on_watchdog, board);
    board->eeprom_write = avr->io[AVR_DATA_TO_IO(REG_EECR)].w.c;
    board->eeprom_param = avr->io[AVR_DATA_TO_IO(REG_EECR)].w.param;
    avr->io[AVR_DATA_TO_IO(REG_EECR)].w.c = write_eecr;
    avr->io[AVR_DATA_TO_IO(REG_EECR)].w.param = board;
    uart_attach(board, part->uart_vector);
    adc_attach(board, part->adc_vector);
    wiring_attach(board);
    load_cell_attach(board, part->load_vector);
    /* Last in the chain, so that simavr's own UART has had its say about the registers. */
    board->resetter = (avr_io_t){ .kind = "board", .avr = avr, .reset = on_reset };
    while (*last)
        last = &(*last)->next;
    *last = &board->resetter;
}

static bool load(struct board *board, const char *elf, const char *mcu, char *error, size_t error_size)
{
    elf_firmware_t firmware;
    const struct part *part = NULL;
    memset(&firmware, 0, sizeof firmware);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strcmp(parts[i].name, mcu))
            part = &parts[i];
    if (!part) {
        snprintf(error, error_size, "no such part: %s", mcu);
        return false;
    }
    if (elf_read_firmware(elf, &firmware) || !firmware.flashsize) {
        snprintf(error, error_size, "%s is not a firmware ELF", elf);
        return false;
    }
    board->avr = avr_make_mcu_by_name(mcu);
    if (!board->avr || avr_init(board->avr)) {
        snprintf(error, error_size, "this simavr does not know the %s", mcu);
        return false;
    }
    if (firmware.flashsize > board->avr->flashend) {
        snprintf(error, error_size, "%s does not fit into the flash", elf);
        return false;
    }
    board->avr->frequency = FREQUENCY;
    avr_load_firmware(board->avr, &firmware);
    free(firmware.flash);
    board->avr->frequency = FREQUENCY;
    attach(board, part);
    return true;
}

struct board *board_new(const char *elf, const char *mcu, const char *wiring, const volatile uint16_t *counts,
                        char *error, size_t error_size)
{
    struct board *board = calloc(1, sizeof *board);
    if (!board)
        abort();
    avr_global_logger_set(say_errors);
    board->counts = counts;
    board->samples.item_size = sizeof(struct sample);
    board->edges.item_size = sizeof(struct edge);
    board->sent.item_size = sizeof(struct sent_byte);
    board->conversions.item_size = sizeof(struct conversion);
    board->uart.line.item_size = sizeof(uint16_t);
    board_analogue(board, 5000.0, 1100.0, 0.0, 2.0, 1.5);
    if (!wiring_read(board, wiring, error, error_size) || !load(board, elf, mcu, error, error_size)) {
        free(board);
        return NULL;
    }
    board_reset(board, RESET_POWER);
    board->counters.resets = 0;
    return board;
}

void board_free(struct board *board)
{
    avr_terminate(board->avr);
    free(board->avr);
    free(board->samples.items);
    free(board->edges.items);
    free(board->sent.items);
    free(board->conversions.items);
    free(board->uart.line.items);
    free(board);
}

void board_reset(struct board *board, int kind)
{
    avr_t *avr = board->avr;
    if (kind == RESET_POWER) {
        /* RAM holds anything after power-on; a fixed pattern keeps runs alike and finds what relies on zeros. */
        uint32_t noise = 0x2545F491u;
        for (uint32_t at = RAM_START; at <= avr->ramend; at++) {
            noise = noise * 1664525u + 1013904223u;
            avr->data[at] = (uint8_t)(noise >> 24);
        }
        board->load.off = true; /* the amplifier has no power either, and begins anew */
    }
    avr_reset(avr);
    avr_regbit_set(avr, kind == RESET_POWER ? avr->reset_flags.porf : avr->reset_flags.extrf);
}
