"""What everything else rests on: the facts and their shapes, documents and their store, time, events, switches."""
