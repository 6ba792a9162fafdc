"""The process that calls FieldMax2Lib.dll: a request a line on standard input, an answer a line on output.

Requests are {"call": name, "arguments": [...]}, answers {"value": ...} or {"error": text}, in JSON. Run as a
file, it needs the standard library only. Signatures are those of Coherent's FieldMax2Lib.h, revision 19.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from ctypes import POINTER, byref, c_char_p, c_float, c_int16, c_int32, c_uint16
from typing import Any, Protocol

_BUFFER_BYTES = 128
_SIGNALS = {
    "fm2LibDataPacketIsOverrange": "overrange",
    "fm2LibDataPacketIsAttention": "attention",
    "fm2LibDataWasDropped": "dropped",
}
"""Functions that say of a packet that it is no reading, and what it is then."""


class DataPacket(ctypes.Structure):
    """DataPacketType: a value in W or J, and a period."""

    _fields_ = (("value", c_float), ("period", c_int32))


class InstrumentState(ctypes.Structure):
    """InstrumentStateType, in single precision; VB_BOOLEAN is an unsigned short."""

    _fields_ = (
        ("probeType", c_int16), ("meterType", c_int16), ("lastFault", c_int16), ("statisticsMode", c_int16),
        ("batchRestartMode", c_int16), ("fill1", c_int16), ("batchSizeSeconds", c_int32),
        ("batchSizePulses", c_int32), ("wavelength", c_int32), ("minWavelength", c_int32),
        ("maxWavelength", c_int32), ("areaCorrectionEnabled", c_uint16), ("fill2", c_int16),
        ("areaCorrectionDiameter", c_float), ("averageModeEnabled", c_uint16),
        ("averageWindowSizeSeconds", c_int16), ("averageWindowSizePulses", c_int16),
        ("attenuationCorrectionModeEnabled", c_uint16), ("attenuationCorrectionFactor", c_float),
        ("triggerLevel", c_int16), ("measurementMode", c_int16), ("autoRangingEnabled", c_uint16),
        ("fill3", c_int16), ("range", c_float), ("minRange", c_float), ("maxRange", c_float),
        ("speedupDigitalDisplay", c_uint16), ("speedupHostData", c_uint16), ("speedupAnalogOutput", c_uint16),
        ("speedupMeter", c_uint16), ("analogOutFullscaleVoltage", c_int16), ("powerState", c_uint16),
        ("backlight", c_uint16), ("hertzMode", c_uint16), ("holdMode", c_uint16),
    )  # fmt: skip


_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "fm2LibInit": (c_int32, []),
    "fm2LibDeInit": (c_uint16, []),
    "fm2LibOpenDriver": (c_int32, [c_int16]),
    "fm2LibCloseDriver": (c_uint16, [c_int32]),
    "fm2LibSync": (c_uint16, [c_int32]),
    "fm2LibGetSerialNumber": (c_uint16, [c_int32, c_char_p, POINTER(c_int16)]),
    "fm2LibPackagedSendReply": (c_uint16, [c_int32, c_char_p, c_char_p, POINTER(c_int16)]),
    "fm2LibGetInstrumentState": (c_uint16, [c_int32, POINTER(InstrumentState)]),
    "fm2LibGetData": (c_uint16, [c_int32, POINTER(DataPacket), POINTER(c_int16)]),
    **{name: (c_uint16, [POINTER(DataPacket)]) for name in _SIGNALS},
}


class Library(Protocol):
    """What answers calls by name."""

    def call(self, function: str, *arguments: Any) -> Any:
        """Call a function of the library; see FieldMax2Lib for what comes back."""


class FieldMax2Lib:
    """The DLL, loaded at the first call; plain values in and out.

    Functions that fill a buffer return [success, content]: a text, the packets as [value, kind], or the
    instrument's state by name. Others return their number.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._dll: Any = None
        self._filling: dict[str, Callable[..., list[Any]]] = {
            "fm2LibGetSerialNumber": self._text,
            "fm2LibPackagedSendReply": self._text,
            "fm2LibGetInstrumentState": self._state,
            "fm2LibGetData": self._packets,
        }

    def call(self, function: str, *arguments: Any) -> Any:
        """Call a function of the DLL by its name."""
        if self._dll is None:
            self._dll = _load(self._path)
        called = getattr(self._dll, function)
        if function in self._filling:
            return self._filling[function](called, *arguments)
        return int(called(*arguments))

    def _text(self, function: Any, handle: int, *command: str) -> list[Any]:
        buffer, size = ctypes.create_string_buffer(_BUFFER_BYTES), c_int16(_BUFFER_BYTES)
        ok = function(handle, *(text.encode("ascii") for text in command), buffer, byref(size))
        return [bool(ok), buffer.value.decode("latin-1")]

    def _state(self, function: Any, handle: int) -> list[Any]:
        state = InstrumentState()
        ok = function(handle, byref(state))
        return [bool(ok), {name: getattr(state, name) for name, _ in InstrumentState._fields_}]

    def _packets(self, function: Any, handle: int, at_most: int) -> list[Any]:
        packets, count = (DataPacket * at_most)(), c_int16(at_most)
        ok = function(handle, packets, byref(count))
        return [bool(ok), [[packet.value, self._kind(packet)] for packet in packets[: count.value]]]

    def _kind(self, packet: DataPacket) -> str:
        """Return whether a packet is a reading, or a signal instead of one."""
        said = [kind for name, kind in _SIGNALS.items() if getattr(self._dll, name)(byref(packet))]
        return said[0] if said else "reading"


def _load(path: str) -> Any:
    """Load the DLL, whose functions are __stdcall on 32-bit Windows, and declare what is used of it."""
    dll = getattr(ctypes, "WinDLL", ctypes.CDLL)(path)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(dll, name)
        function.restype, function.argtypes = result, arguments
    return dll


def serve(library: Library) -> None:
    """Answer requests until standard input ends; then the process ends, even in the middle of a call."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair: it will close us
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the library prints must not get among the answers
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    while True:
        answers.write(json.dumps(_answer(library, json.loads(requests.get()))) + "\n")
        answers.flush()


def _listen(requests: queue.SimpleQueue[str]) -> None:
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _answer(library: Library, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": library.call(request["call"], *request["arguments"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    serve(FieldMax2Lib(sys.argv[1]))
