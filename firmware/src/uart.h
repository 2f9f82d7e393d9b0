/*
 * The serial line: two interrupts that move bytes, nothing else.
 *
 * Out: packets end with their own zero, so a packet is a pointer; one is on the line, one more can wait behind it
 * without a gap. In: bytes up to a zero; then reception is off until the main loop listens again, so that no flood can
 * cost more than one packet's interrupts a scan. The rule: a packet on its way is never written to; ask uart_holds().
 */
#ifndef RIG_UART_H
#define RIG_UART_H

#include <stdbool.h> /* bool */
#include <stdint.h>  /* uint8_t */

void uart_init(uint8_t baud_divisor);
void uart_set_divisor(uint8_t baud_divisor); /* only while uart_idle(), and the last byte out */

bool uart_can_send(void);
void uart_send(uint8_t *packet); /* only if uart_can_send() */
bool uart_holds(const uint8_t *packet, uint16_t size);
bool uart_withdraw(const uint8_t *packet); /* true if it had not begun */
bool uart_idle(void);                      /* nothing waits; up to two bytes may still be in the hardware */

/*
 * A packet from the host, without its zero, and its size; 0 if there is none. It stays, and nothing more is heard, until
 * uart_forget() and then uart_listen().
 */
uint8_t uart_received(uint8_t **packet);
void uart_forget(void);
void uart_listen(void);

struct uart_faults {
    uint8_t broken; /* bytes with a framing error */
    uint8_t lost;   /* packets too long, or sent while nobody listened */
};
struct uart_faults uart_take_faults(void); /* since the last call */

#endif
