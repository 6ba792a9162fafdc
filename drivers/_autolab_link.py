"""The link to an Autolab through its SDK: connecting, the cell relay, and .NET's errors in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PureWindowsPath
from typing import Any

from pydantic import Field

from drivers._autolab_assembly import load_sdk
from drivers._line_instrument import DriverOptions
from qdlab.errors import BadReplyError, InstrumentError, NotConnectedError, QdlabError
from qdlab.instruments import Identity, Instrument, Surroundings


class AutolabLinkOptions(DriverOptions):
    """Options of the connection to an Autolab on this computer."""

    resource: str = Field("usb", pattern=r"^(usb|sim://.*)$")
    """"usb", or "sim://" for the simulation."""
    sdk_folder: str = r"C:\Program Files\Metrohm Autolab\Autolab SDK 2.1"
    """Where the SDK is installed; the paths below are relative to it."""
    hardware_setup: str = r"Hardware Setup Files\PGSTAT128N\HardwareSetup.xml"
    """Hardware setup file of this very instrument and its modules; its folder names the model."""
    embedded_exe: str = r"Hardware Setup Files\Adk.x"
    """Program for the interface: Adk.x (IF030), Adk.bin (IF040)."""


class AutolabLink(Instrument):
    """An Autolab that is connected while it is open; the driver adds what it measures."""

    def __init__(self, name: str, options: AutolabLinkOptions, surroundings: Surroundings) -> None:
        self.name = name
        self._link = options
        self._folder = PureWindowsPath(options.sdk_folder)
        self._clock = surroundings.clock
        self._library = surroundings.library
        self._sdk: Any = None
        self._instrument: Any = None

    def open(self) -> None:
        """Connect, potentiostatic, cell off; harmless if open already."""
        if self._instrument is not None:
            return
        with self._calls("connect; is NOVA closed, and the hardware setup file that of this instrument?"):
            self._sdk = self._library or load_sdk(self._folder)
            instrument = self._sdk.Instrument()
            instrument.HardwareSetupFile = str(self._folder / self._link.hardware_setup)
            instrument.AutolabConnection.EmbeddedExeFileToStart = str(self._folder / self._link.embedded_exe)
            instrument.Connect()
            if not instrument.AutolabConnection.IsConnected:
                raise NotConnectedError(f"{self.name}: no connection; is NOVA closed and the cable in?")
        self._instrument = instrument
        try:
            self.make_safe()
            with self._calls("set the mode"):
                self._ei.Mode = self._sdk.EI.EIMode.Potentiostatic
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Disconnect; harmless if closed already. What is applied stays applied."""
        if self._instrument is not None:
            instrument, self._instrument = self._instrument, None
            with self._calls("disconnect"):
                instrument.Disconnect()

    def identify(self) -> Identity:
        """Say what the hardware setup file is for; the SDK tells no more."""
        self._reach()
        return Identity("Metrohm Autolab", PureWindowsPath(self._link.hardware_setup).parent.name)

    @property
    def _ei(self) -> Any:
        return self._reach().Ei

    def _reach(self) -> Any:
        """Return the SDK's instrument; NotConnectedError if it is closed or gone."""
        if self._instrument is None:
            raise NotConnectedError(f"{self.name}: not connected; open() it first")
        with self._calls("ask for the connection"):
            if not self._instrument.AutolabConnection.IsConnected:
                raise NotConnectedError(f"{self.name}: the connection is lost; check cable and power")
        return self._instrument

    @contextmanager
    def _calls(self, what: str) -> Iterator[None]:
        """Turn what .NET throws into an InstrumentError."""
        try:
            yield
        except QdlabError:
            raise
        except Exception as error:
            raise InstrumentError(f"{self.name}: could not {what}: {error}") from error

    def _switch(self, on: bool) -> None:
        """Move the cell relay, and see that it moved."""
        switch = self._sdk.EI.EICellOnOff
        with self._calls("switch the cell"):
            self._ei.CellOnOff = switch.On if on else switch.Off
            is_on = bool(self._ei.Cell)
        if is_on != on:
            raise BadReplyError(f"{self.name}: the cell was switched {on=}, but Ei.Cell says {is_on}")
