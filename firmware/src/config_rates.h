/* Rates that do not depend on the board: at start-up, and how often a status is sent. */
#ifndef RIG_CONFIG_RATES_H
#define RIG_CONFIG_RATES_H

#define DEFAULT_BAUD 500000UL
#define DEFAULT_PRESCALER 32
#define STATUS_EVERY_SCANS 256

#endif
