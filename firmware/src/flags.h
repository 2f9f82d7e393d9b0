/*
 * The few bits and pointers that interrupts share, in the I/O registers which one-cycle instructions reach.
 *
 * SBI, CBI and SBIS on GPIOR0 are atomic and touch no status flag; IN and OUT cost half of what RAM does. That is
 * where the interrupts' speed comes from. Timer 0 is not used as a timer: its compare registers, plain memory while it
 * is stopped, hold the scan's place. The rule: each register has one writer outside its interrupt, named here.
 */
#ifndef RIG_FLAGS_H
#define RIG_FLAGS_H

#include <avr/io.h>  /* GPIOR0 to 2, OCR0A, OCR0B */
#include <stdbool.h> /* bool */

#define FLAGS GPIOR0
#define FLAG_WAKE 0      /* the main loop has something to look at; it clears the bit before it looks */
#define FLAG_SCAN_FULL 1 /* a whole scan waits for the main loop; scan_release() clears it */
#define FLAG_LATE 2      /* a conversion ended before the last one's interrupt was through; scan_take() clears it */
#define FLAG_SLOW 3      /* select lines must wait for sample-and-hold; scan_start() sets it */
#define FLAG_LINE_WANTED 4 /* a packet's end on the line is worth waking for; link_poll() writes it */
#define FLAG_LOAD_READY 5 /* the load cell's data line fell, and its interrupt is off; loadcell_poll() clears it */

#define UART_PLACE_LOW GPIOR1 /* next byte to send; the high half is 0 when nothing is on its way (uart.c) */
#define UART_PLACE_HIGH GPIOR2
#define SCAN_PLACE_LOW OCR0A /* slot that the conversion in progress will fill (scan.c) */
#define SCAN_PLACE_HIGH OCR0B

/* One instruction each, whatever the compiler thinks of it: an interrupt may change another bit at any time. */
#define flag_set(flag) __asm__ volatile("sbi %0, %1" ::"I"(_SFR_IO_ADDR(FLAGS)), "I"(flag) : "memory")
#define flag_clear(flag) __asm__ volatile("cbi %0, %1" ::"I"(_SFR_IO_ADDR(FLAGS)), "I"(flag) : "memory")

static inline bool flag_is_set(uint8_t flag)
{
    return FLAGS & _BV(flag);
}

#endif
