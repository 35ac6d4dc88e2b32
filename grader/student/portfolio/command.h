// command.h: the command of the portfolio.
#pragma once

// workbook portfolio, run in the project's folder: writes BUILD/portfolio/. Returns the exit code.
int command_portfolio(int argc, char **argv);
