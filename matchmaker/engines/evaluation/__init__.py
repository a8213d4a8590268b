"""How well texts are ranked: measures, yardsticks, and the product's text model beside them."""
