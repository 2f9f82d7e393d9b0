/*
 * The simulated board: an AVR, the multiplexers around it, and the other end of its serial line.
 *
 * simavr runs the unmodified firmware; the parts of it that are wrong or too coarse for a scanner (ADC, UART,
 * interrupt response, wake-up, watchdog with interrupts off) are replaced here through simavr's public structs.
 * All time is in CPU cycles since the board was made. The rule: what happens depends on cycles alone, so that
 * a run repeats to the byte however it is cut into calls of board_run.
 *
 * This file is part of the simulated board of the massage practice rig.
 * It links libsimavr and is therefore, unlike the rest of the rig, free software under the GNU General Public
 * License, version 3 or (at your option) any later version, without any warranty: see firmware/sim/LICENSE.
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#ifndef SIM_BOARD_H
#define SIM_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <simavr/sim_avr.h>

#define FREQUENCY 16000000
#define MUXES_MAX 16
#define MUX_INPUTS 16
#define PORTS 12 /* A to L; I does not exist */
#define CHANNELS_MAX (MUXES_MAX * MUX_INPUTS)

/* Registers at the same data address on the ATmega2560 and the ATmega328P (both datasheets, register summary). */
enum {
    REG_EECR = 0x3F, REG_EEDR = 0x40, REG_WDTCSR = 0x60,
    REG_ADCL = 0x78, REG_ADCH, REG_ADCSRA, REG_ADCSRB, REG_ADMUX,
    REG_UCSRA = 0xC0, REG_UCSRB, REG_UCSRC, REG_UBRRL = 0xC4, REG_UBRRH, REG_UDR,
};

/* A list that grows; Python and the program drain it. */
struct list {
    uint8_t *items;
    size_t item_size, count, taken, room;
};

/* One conversion. `channel` is -1 where the ADC did not look at a multiplexer; `ideal` is what the sensor had. */
struct sample {
    uint64_t held_at;
    uint32_t settled; /* cycles since that multiplexer's select lines last moved */
    int16_t channel;
    uint16_t admux; /* with MUX5 as bit 5 of its low six */
    uint16_t value, ideal;
};

struct sent_byte {
    uint64_t done_at;
    uint32_t cycles_per_bit;
    uint32_t value;
};

struct edge {
    uint64_t at;
    uint32_t pin; /* PIN_BUZZER or PIN_LIGHT */
    uint32_t level;
};

enum { PIN_BUZZER, PIN_LIGHT, CUE_PINS };

struct mux {
    uint8_t adc;
    uint8_t port[4], bit[4]; /* select lines, lowest first */
    uint8_t select;
    uint64_t moved_at;
    double from_volts; /* where the output was when the select lines moved */
};

struct adc {
    avr_int_vector_t *vector;
    bool busy, held, first, locked;
    uint64_t clock_origin; /* the prescaler starts when the ADC is switched on */
    uint64_t started_at;
    uint32_t prescaler;
    uint8_t input, admux; /* latched when the conversion starts */
    uint16_t result;
};

struct uart {
    avr_int_vector_t *rxc, *udre, *txc;
    struct list line; /* bytes on their way to the board: uint16_t, with LINE_BROKEN */
    bool rx_busy;
    uint16_t fifo[2];
    uint8_t fifo_count;
    int32_t rx_shift; /* the third byte waits in the shift register; -1 when empty */
    bool overrun;
    uint32_t peer_cycles_per_bit; /* 0: the peer follows the board's own rate */
    bool tx_busy;
    uint8_t tx_shift;
    int32_t tx_buffer;
    uint32_t tx_cycles_per_bit;
};

enum { LINE_BROKEN = 0x100 };

/* What a board counts; Python mirrors this struct field by field. */
struct counters {
    /* idle: asleep, or halted on waking */
    uint64_t cycle, idle, conversions, conversions_lost, buzzer_edges, resets;
    uint64_t rx_bytes, rx_overruns, tx_bytes, tx_lost;
    uint32_t buzzer, light, cycles_per_bit, asleep;
};

/* One reading of the load cell amplifier, at the moment when it became ready. */
struct conversion {
    uint64_t ready_at;
    int32_t raw;
    uint32_t _;
};

/* What befell the amplifier; Python mirrors this struct field by field. Cycles in longest_pulse. */
struct load_counters {
    uint32_t conversions, readings, unread, torn, short_pulses, longest_pulse, power_downs, fights;
};

enum port_register { REG_PIN, REG_DDR, REG_PORT };

struct load_cell {
    bool wired, attached, shorted;
    uint8_t data_port, data_bit, clock_port, clock_bit;
    avr_irq_t *pin;
    avr_int_vector_t *vector;
    avr_io_write_t port_write[REG_PORT + 1];
    void *port_param[REG_PORT + 1];
    bool line;  /* the data line's level */
    bool out, out_before; /* what the amplifier drives it to */
    bool clock, counted, off;
    bool ready; /* there is a reading to clock out, or it has been */
    uint64_t high_since, ready_at;
    uint32_t period;
    uint8_t pulses; /* since the conversion became ready */
    uint8_t pulses_for_next, settling;
    int32_t word, raw;
    uint32_t scatter, random;
    struct load_counters counters;
};

struct port_hook {
    struct board *board;
    int port;
};

struct board {
    avr_t *avr;
    avr_io_t resetter;
    uint32_t interrupt_cost;
    bool slept;
    avr_int_vector_t *watchdog;
    struct adc adc;
    struct uart uart;
    struct load_cell load;
    struct mux mux[MUXES_MAX];
    uint32_t muxes;
    uint8_t pins[PORTS + 1]; /* the last one is no port: where broken wires end */
    struct port_hook hooks[PORTS];
    int8_t cue_port[CUE_PINS];
    uint8_t cue_bit[CUE_PINS];
    const volatile uint16_t *counts;
    double settle_cycles; /* time constant of a multiplexer's output */
    double supply_mv, bandgap_mv, ground_mv;
    double hold_clocks; /* ADC clocks from a conversion's start to its sample-and-hold, but for the first */
    bool eeprom_worn;
    avr_io_write_t eeprom_write;
    void *eeprom_param;
    bool keep_samples, keep_edges;
    struct list samples, edges, sent, conversions;
    struct counters counters;
};

/* core.c, outside.c and loadcell.c: the interface that Python loads; safe to call between two board_run only. */
struct board *board_new(const char *elf, const char *mcu, const char *wiring, const volatile uint16_t *counts,
                        char *error, size_t error_size);
void board_free(struct board *board);
int board_run(struct board *board, uint64_t until);
void board_send(struct board *board, const uint8_t *bytes, size_t count, int broken);
void board_peer_baud(struct board *board, double baud);
size_t board_take(struct board *board, int what, void *items, size_t room);
void board_count(struct board *board, struct counters *counters);
void board_keep(struct board *board, int samples, int edges);
void board_analogue(struct board *board, double supply_mv, double bandgap_mv, double ground_mv, double settle_us,
                    double hold_clocks);
enum reset_kind { RESET_POWER, RESET_EXTERNAL };
void board_reset(struct board *board, int kind);
void board_hang(struct board *board, int interrupts_off);
void board_poke(struct board *board, uint16_t address, uint8_t value);
void board_stall(struct board *board, uint32_t cycles);
void board_wear_eeprom(struct board *board, int worn);
int board_eeprom(struct board *board, uint8_t *bytes, size_t count, int store);
void board_load_cell(struct board *board, int attached, double readings_per_s);
void board_load_short(struct board *board, int shorted);
void board_load(struct board *board, int32_t raw, uint32_t scatter_counts);
void board_load_count(const struct board *board, struct load_counters *counters);

/* Shared by the parts. */
/* Let cycles go by in which the CPU does nothing, not even an interrupt. */
void board_spend(struct board *board, uint32_t cycles);
avr_int_vector_t *board_vector(struct board *board, uint8_t number);
void *list_add(struct list *list);
size_t list_take(struct list *list, void *items, size_t room);

void adc_attach(struct board *board, uint8_t vector);
void adc_reset(struct board *board);
void uart_attach(struct board *board, uint8_t first_vector);
void uart_reset(struct board *board);
void uart_levels(struct board *board);
void uart_listen(struct board *board);
uint32_t uart_cycles_per_bit(const struct board *board);
void load_cell_attach(struct board *board, uint8_t vector);
void load_cell_reset(struct board *board);
void load_cell_clock(struct board *board, uint64_t now);
bool wiring_read(struct board *board, const char *text, char *error, size_t error_size);
void wiring_attach(struct board *board);
void wiring_reset(struct board *board);
double wiring_volts(struct board *board, uint8_t adc_input, uint64_t at, struct sample *sample);

#endif
