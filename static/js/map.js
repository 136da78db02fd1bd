// The map; see shimen/territory/views.py for what it draws.
import "leaflet";
