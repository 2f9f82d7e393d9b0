/* Arduino Uno and Nano (ATmega328P): pins as HARDWARE.md draws them. */
#ifndef RIG_BOARD_ATMEGA328P_H
#define RIG_BOARD_ATMEGA328P_H

#define BOARD_ID 2
#define MUXES_MAX 6 /* the Uno has no more ADC inputs on its headers */
#ifndef MUXES
#define MUXES 6
#endif
#define EXTRA_MAX 32

/* Bus A is the low nibble of port B (D8 to D11), bus B the high nibble of port D (D4 to D7). */
#define SELECT_BUSES_SHARE_A_PORT 0
#define SELECT_PORT_A PORTB
#define SELECT_DDR_A DDRB
#define SELECT_PORT_B PORTD
#define SELECT_DDR_B DDRD

#define LED_PORT PORTB /* D13 */
#define LED_DDR DDRB
#define LED_BIT 5
#define BUZZER_DDR DDRD /* D3 = OC2B */
#define BUZZER_PORT PORTD
#define BUZZER_BIT 3

/* A load cell amplifier: data on D2, an external interrupt, clock on D12. */
#define LOADCELL_DATA_PORT PORTD
#define LOADCELL_DATA_DDR DDRD
#define LOADCELL_DATA_PIN PIND
#define LOADCELL_DATA_BIT 2
#define LOADCELL_CLOCK_PORT PORTB
#define LOADCELL_CLOCK_DDR DDRB
#define LOADCELL_CLOCK_BIT 4
#define LOADCELL_INT INT0
#define LOADCELL_vect INT0_vect
#define LOADCELL_EICR EICRA
#define LOADCELL_SENSE_MASK (_BV(ISC01) | _BV(ISC00))
#define LOADCELL_SENSE_FALLING _BV(ISC01)

#define UART_RX_vect USART_RX_vect
#define UART_UDRE_vect USART_UDRE_vect

#define ADMUX_BANDGAP 0x0E
#define ADMUX_GROUND 0x0F

#endif
