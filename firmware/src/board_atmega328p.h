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

#define UART_RX_vect USART_RX_vect
#define UART_UDRE_vect USART_UDRE_vect

#define ADMUX_BANDGAP 0x0E
#define ADMUX_GROUND 0x0F

#endif
