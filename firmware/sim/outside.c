/*
 * What is done to a simulated board from outside: running it, talking to it, breaking it, and taking what was seen.
 *
 * The rule: faults come through the program counter, the clock, registers and the analogue world; the ELF stays as it is.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <simavr/avr_eeprom.h>

#include "board.h"

int board_run(struct board *board, uint64_t until)
{
    int state = board->avr->state;
    while (board->avr->cycle < until && state != cpu_Done && state != cpu_Crashed)
        state = avr_run(board->avr);
    return state == cpu_Done || state == cpu_Crashed;
}

/* ---- breaking ---- */

void board_stall(struct board *board, uint32_t cycles)
{
    board_spend(board, cycles);
}

void board_poke(struct board *board, uint16_t address, uint8_t value)
{
    board->avr->data[address] = value;
}

void board_hang(struct board *board, int interrupts_off)
{
    avr_t *avr = board->avr;
    uint32_t trap = avr->flashend - 1; /* the flash's last word becomes `rjmp .-2` */
    avr->flash[trap] = 0xFF;
    avr->flash[trap + 1] = 0xCF;
    /* Only the main loop hangs: let a running interrupt, or a stretch with interrupts off, end first. */
    while ((avr->interrupts.running_ptr || !avr->sreg[S_I]) && avr_run(avr) != cpu_Crashed)
        ;
    avr->state = cpu_Running;
    avr->pc = trap;
    if (interrupts_off) {
        avr->sreg[S_I] = 0;
        avr->interrupt_state = 0;
    }
}

int board_eeprom(struct board *board, uint8_t *bytes, size_t count, int store)
{
    avr_eeprom_desc_t all = { .ee = bytes, .offset = 0, .size = (uint32_t)count };
    return avr_ioctl(board->avr, store ? AVR_IOCTL_EEPROM_SET : AVR_IOCTL_EEPROM_GET, &all);
}

void board_wear_eeprom(struct board *board, int worn)
{
    board->eeprom_worn = worn;
}

/* ---- the peer's end of the line, and what was seen ---- */

void board_send(struct board *board, const uint8_t *bytes, size_t count, int broken)
{
    for (size_t i = 0; i < count; i++)
        *(uint16_t *)list_add(&board->uart.line) = bytes[i] | (broken ? LINE_BROKEN : 0);
    uart_listen(board);
}

void board_peer_baud(struct board *board, double baud)
{
    board->uart.peer_cycles_per_bit = baud > 0 ? (uint32_t)(FREQUENCY / baud + 0.5) : 0;
}

size_t board_take(struct board *board, int what, void *items, size_t room)
{
    struct list *lists[] = { &board->sent, &board->samples, &board->edges, &board->conversions };
    return list_take(lists[what], items, room);
}

void board_count(struct board *board, struct counters *counters)
{
    board->counters.cycle = board->avr->cycle;
    board->counters.cycles_per_bit = uart_cycles_per_bit(board);
    board->counters.asleep = board->avr->state == cpu_Sleeping;
    *counters = board->counters;
}

void board_keep(struct board *board, int samples, int edges)
{
    board->keep_samples = samples;
    board->keep_edges = edges;
}

void board_analogue(struct board *board, double supply_mv, double bandgap_mv, double ground_mv, double settle_us,
                    double hold_clocks)
{
    board->supply_mv = supply_mv;
    board->bandgap_mv = bandgap_mv;
    board->ground_mv = ground_mv;
    board->hold_clocks = hold_clocks;
    board->settle_cycles = settle_us * (FREQUENCY / 1e6);
}
