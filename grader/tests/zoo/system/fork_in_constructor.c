// zoo: score=0 verdict=refused
// Forks before main, in every case there is: nothing is earned by a program that never gets to its work.
#include <unistd.h>

__attribute__((constructor)) static void multiply(void)
{
    for (int i = 0; i < 6; i++) fork();
}
