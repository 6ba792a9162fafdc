/* A FieldMax2Lib with one meter, with the prototypes of Coherent's header (revision 19). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { union { float value; int dw; } measure; int period; } Packet;

typedef struct {
    short probeType, meterType, lastFault, statisticsMode, batchRestartMode, fill1;
    int batchSizeSeconds, batchSizePulses, wavelength, minWavelength, maxWavelength;
    unsigned short areaCorrectionEnabled;
    short fill2;
    float areaCorrectionDiameter;
    unsigned short averageModeEnabled;
    short averageWindowSizeSeconds, averageWindowSizePulses;
    unsigned short attenuationCorrectionModeEnabled;
    float attenuationCorrectionFactor;
    short triggerLevel, measurementMode;
    unsigned short autoRangingEnabled;
    short fill3;
    float range, minRange, maxRange;
    unsigned short speedupDigitalDisplay, speedupHostData, speedupAnalogOutput, speedupMeter;
    short analogOutFullscaleVoltage;
    unsigned short powerState, backlight, hertzMode, holdMode;
} State;

static int wavelength = 1064, calls = 0;

int fm2LibInit(void) { printf("FieldMax2Lib says hello\n"); fflush(stdout); return -1; }
unsigned short fm2LibDeInit(void) { return 0xFFFF; }
int fm2LibOpenDriver(short index) { return index == 0 ? 42 : -1; }
unsigned short fm2LibCloseDriver(int h) { return h == 42 ? 0xFFFF : 0; }
unsigned short fm2LibSync(int h) { return h == 42 ? 0xFFFF : 0; }

unsigned short fm2LibGetSerialNumber(int h, char *buffer, short *size)
{
    if (h != 42 || *size < 16) return 0;
    strcpy(buffer, "0042C01R");
    *size = 8;
    return 0xFFFF;
}

unsigned short fm2LibPackagedSendReply(int h, char *command, char *buffer, short *size)
{
    if (h != 42 || strncmp(command, "WOO", 3) || *size < 32) return 0;
    if (command[3]) wavelength = atoi(command + 3);
    *size = (short)sprintf(buffer, "%d,190,11000\r\n", wavelength);
    return 0xFFFF;
}

unsigned short fm2LibGetInstrumentState(int h, State *state)
{
    memset(state, 0, sizeof *state);
    state->probeType = 1;
    state->measurementMode = 2;
    state->powerState = 0xFFFF;
    return h == 42 ? 0xFFFF : 0;
}

/* Every other call has packets: a reading, a signal that data were dropped, a reading. */
unsigned short fm2LibGetData(int h, Packet *packets, short *count)
{
    if (h != 42 || *count < 3 || calls++ % 2 == 0) { *count = 0; return 0; }
    packets[0].measure.value = 0.0125f;
    packets[1].measure.dw = 0x7F800003;
    packets[2].measure.value = -0.25f;
    packets[0].period = packets[1].period = packets[2].period = 100000;
    *count = 3;
    return 0xFFFF;
}

unsigned short fm2LibDataPacketIsOverrange(Packet *packet) { return packet->measure.dw == 0x7F800001 ? 0xFFFF : 0; }
unsigned short fm2LibDataPacketIsAttention(Packet *packet) { return packet->measure.dw == 0x7F800002 ? 0xFFFF : 0; }
unsigned short fm2LibDataWasDropped(Packet *packet) { return packet->measure.dw == 0x7F800003 ? 0xFFFF : 0; }
