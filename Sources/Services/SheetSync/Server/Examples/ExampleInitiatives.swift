/// The backlog of the example company, an online shop in six countries.
extension ExampleCompany {
  static let initiatives: [Initiative] = [
    Initiative(
      "INIT-000012", "Sign-in with passkeys", "UK", "Core", "Platform", "PROG-IDENTITY", "ready",
      tokens: 85, moves: "KPI_CONVERSION", orders: 1500, conversion: 0.0006, retention: 0.004),
    Initiative(
      "INIT-000017", "Payments compliance", "UK", "Payments", "Compliance", "PROG-PAYMENTS", "committed",
      tokens: 180, moves: "NSM_ORDERS", orders: 1200, deadline: "2026-02-15",
      mandate: "Strong customer authentication: the regulator's date is 15 February", notes: "Regulatory"),
    Initiative(
      "INIT-000021", "Click and collect in stores", "UK", "Logistics", "Experience", "PROG-DELIVERY", "ready",
      tokens: 110, moves: "KPI_DELIVERY_DAYS", orders: 5200, deliveryDays: -0.08),
    Initiative(
      "INIT-000023", "Search ranking by relevance", "UK", "Growth", "Revenue", "PROG-DISCOVERY", "ready",
      tokens: 95, moves: "KPI_CONVERSION", orders: 6800, conversion: 0.0011),
    Initiative(
      "INIT-000024", "Basket reminders by e-mail", "UK", "Growth", "Revenue", "PROG-CRM", "ready",
      tokens: 40, moves: "NSM_ORDERS", orders: 2900, retention: 0.002),
    Initiative(
      "INIT-000026", "Returns portal, first step", "UK", "Logistics", "Experience", "PROG-RETURNS", "discovery",
      tokens: 70, moves: "KPI_RETENTION", orders: 900, retention: 0.009, bundle: "BNDL-RETURNS"),
    Initiative(
      "INIT-000027", "Returns labels without a printer", "UK", "Logistics", "Experience", "PROG-RETURNS", "discovery",
      tokens: 45, moves: "KPI_RETENTION", orders: 700, retention: 0.007, bundle: "BNDL-RETURNS", needs: "INIT-000026"),
    Initiative(
      "INIT-000029", "Product pages that load in a second", "UK", "Core", "Platform", "PROG-SPEED", "ready",
      tokens: 120, moves: "KPI_CONVERSION", orders: 5600, conversion: 0.0013),
    Initiative(
      "INIT-000031", "Retire the old order database", "UK", "Core", "TechDebt", "PROG-FOUNDATIONS", "ready",
      tokens: 80, moves: "KPI_SITE_SPEED", deliveryDays: -0.02),
    Initiative(
      "INIT-000033", "Subscriptions for everyday goods", "UK", "Growth", "Revenue", "PROG-CRM", "discovery",
      tokens: 150, moves: "KPI_RETENTION", orders: 7100, retention: 0.012, excludes: "INIT-000034"),
    Initiative(
      "INIT-000034", "Loyalty points", "UK", "Growth", "Revenue", "PROG-CRM", "discovery",
      tokens: 135, moves: "KPI_RETENTION", orders: 5900, retention: 0.014),
    Initiative(
      "INIT-000036", "Gift cards", "UK", "Payments", "Revenue", "PROG-PAYMENTS", "ready",
      tokens: 60, moves: "NSM_ORDERS", orders: 2500),
    Initiative(
      "INIT-000041", "Invoice payment", "DE", "Payments", "Revenue", "PROG-PAYMENTS", "ready",
      tokens: 105, moves: "KPI_CONVERSION", orders: 8300, conversion: 0.0009),
    Initiative(
      "INIT-000044", "Feature X", "DE", "Core", "Experience", "PROG-DISCOVERY", "blocked",
      tokens: 120, moves: "KPI_CONVERSION", orders: 7600, conversion: 0.0008, excludes: "INIT-000099", isSelected: false,
      notes: "Blocked"),
    Initiative(
      "INIT-000045", "Parcel lockers", "DE", "Logistics", "Experience", "PROG-DELIVERY", "ready",
      tokens: 75, moves: "KPI_DELIVERY_DAYS", orders: 5600, deliveryDays: -0.11),
    Initiative(
      "INIT-000046", "Two-day delivery promise", "DE", "Logistics", "Experience", "PROG-DELIVERY", "ready",
      tokens: 95, moves: "KPI_DELIVERY_DAYS", orders: 6200, deliveryDays: -0.18, needs: "INIT-000045"),
    Initiative(
      "INIT-000047", "Accessible shop (BFSG)", "DE", "Core", "Compliance", "PROG-FOUNDATIONS", "ready",
      tokens: 60, moves: "KPI_CONVERSION", orders: 1300, conversion: 0.0003, deadline: "2026-06-28"),
    Initiative(
      "INIT-000048", "Price comparison feeds", "DE", "Growth", "Revenue", "PROG-DISCOVERY", "ready",
      tokens: 35, moves: "NSM_ORDERS", orders: 3300),
    Initiative(
      "INIT-000049", "Refer a friend", "DE", "Growth", "Revenue", "PROG-CRM", "discovery",
      tokens: 45, moves: "NSM_ORDERS", orders: 3100, retention: 0.003),
    Initiative(
      "INIT-000051", "Sizes that fit", "DE", "Core", "Experience", "PROG-RETURNS", "discovery",
      tokens: 70, moves: "KPI_RETENTION", orders: 3900, retention: 0.006),
    Initiative(
      "INIT-000052", "Split the order service", "DE", "Core", "TechDebt", "PROG-FOUNDATIONS", "ready",
      tokens: 90, moves: "KPI_SITE_SPEED", orders: 300, deliveryDays: -0.03),
    Initiative(
      "INIT-000053", "Direct debit mandates", "DE", "Payments", "Revenue", "PROG-PAYMENTS", "ready",
      tokens: 50, moves: "NSM_ORDERS", orders: 3000),
    Initiative(
      "INIT-000056", "Instalment payments", "FR", "Payments", "Revenue", "PROG-PAYMENTS", "ready",
      tokens: 115, moves: "KPI_CONVERSION", orders: 6900, conversion: 0.001),
    Initiative(
      "INIT-000057", "Relay point delivery", "FR", "Logistics", "Experience", "PROG-DELIVERY", "ready",
      tokens: 65, moves: "KPI_DELIVERY_DAYS", orders: 4400, deliveryDays: -0.1),
    Initiative(
      "INIT-000058", "Sunday delivery in Paris", "FR", "Logistics", "Experience", "PROG-DELIVERY", "discovery",
      tokens: 85, moves: "KPI_DELIVERY_DAYS", orders: 3300, deliveryDays: -0.14, isSelected: false),
    Initiative(
      "INIT-000059", "French reviews and questions", "FR", "Growth", "Experience", "PROG-DISCOVERY", "ready",
      tokens: 50, moves: "KPI_CONVERSION", orders: 2600, conversion: 0.0005),
    Initiative(
      "INIT-000060", "Push messages that people want", "FR", "Growth", "Revenue", "PROG-CRM", "ready",
      tokens: 40, moves: "NSM_ORDERS", orders: 2300, retention: 0.003),
    Initiative(
      "INIT-000061", "Cookie banner that complies", "FR", "Core", "Compliance", "PROG-FOUNDATIONS", "ready",
      tokens: 30, moves: "NSM_ORDERS", orders: -400),
    Initiative(
      "INIT-000062", "Catalogue enrichment", "FR", "Data", "Platform", "PROG-DISCOVERY", "ready",
      tokens: 80, moves: "KPI_CONVERSION", orders: 3600, conversion: 0.0006),
    Initiative(
      "INIT-000063", "Marketplace sellers, pilot", "FR", "Growth", "Revenue", "PROG-MARKETPLACE", "discovery",
      tokens: 170, moves: "NSM_ORDERS", orders: 9200),
    Initiative(
      "INIT-000064", "Address suggestions", "FR", "Checkout", "Experience", "PROG-CHECKOUT", "ready",
      tokens: 30, moves: "KPI_CONVERSION", orders: 1500, conversion: 0.0005, deliveryDays: -0.02),
    Initiative(
      "INIT-000065", "Rewrite the price engine", "FR", "Core", "TechDebt", "PROG-FOUNDATIONS", "discovery",
      tokens: 140, moves: "KPI_SITE_SPEED", orders: 1100, isSelected: false),
    Initiative(
      "INIT-000066", "Bizum payments", "ES", "Payments", "Revenue", "PROG-PAYMENTS", "ready",
      tokens: 55, moves: "KPI_CONVERSION", orders: 4100, conversion: 0.0006),
    Initiative(
      "INIT-000067", "Cash on delivery limits", "ES", "Payments", "Compliance", "PROG-PAYMENTS", "ready",
      tokens: 25, moves: "NSM_ORDERS", orders: -200),
    Initiative(
      "INIT-000068", "Local warehouse in Zaragoza", "ES", "Logistics", "Platform", "PROG-DELIVERY", "discovery",
      tokens: 190, moves: "KPI_DELIVERY_DAYS", orders: 8800, deliveryDays: -0.24),
    Initiative(
      "INIT-000069", "Seasonal landing pages", "ES", "Growth", "Revenue", "PROG-DISCOVERY", "ready",
      tokens: 30, moves: "NSM_ORDERS", orders: 1900),
    Initiative(
      "INIT-000070", "WhatsApp order updates", "ES", "Service", "Experience", "PROG-SERVICE", "ready",
      tokens: 45, moves: "KPI_RETENTION", orders: 1600, retention: 0.005),
    Initiative(
      "INIT-000071", "Recommendations on the home page", "ES", "Data", "Revenue", "PROG-DISCOVERY", "ready",
      tokens: 70, moves: "KPI_CONVERSION", orders: 4500, conversion: 0.0004),
    Initiative(
      "INIT-000072", "Remove the legacy tax module", "ES", "Core", "TechDebt", "PROG-FOUNDATIONS", "ready",
      tokens: 55, moves: "KPI_SITE_SPEED", orders: 100),
    Initiative(
      "INIT-000073", "Photo search", "ES", "Data", "Experience", "PROG-DISCOVERY", "discovery",
      tokens: 100, moves: "KPI_CONVERSION", orders: 3000, conversion: 0.0004, isSelected: false),
    Initiative(
      "INIT-000074", "iDEAL 2.0", "NL", "Payments", "Compliance", "PROG-PAYMENTS", "ready",
      tokens: 50, moves: "KPI_CONVERSION", orders: 2800, conversion: 0.0004, deadline: "2026-03-31"),
    Initiative(
      "INIT-000075", "Evening delivery", "NL", "Logistics", "Experience", "PROG-DELIVERY", "ready",
      tokens: 60, moves: "KPI_DELIVERY_DAYS", orders: 3300, deliveryDays: -0.12),
    Initiative(
      "INIT-000076", "Refurbished goods", "NL", "Growth", "Revenue", "PROG-MARKETPLACE", "discovery",
      tokens: 95, moves: "NSM_ORDERS", orders: 4700, retention: 0.003),
    Initiative(
      "INIT-000077", "Packaging-free returns", "NL", "Logistics", "Experience", "PROG-RETURNS", "discovery",
      tokens: 55, moves: "KPI_RETENTION", orders: 1300, retention: 0.007),
    Initiative(
      "INIT-000078", "Experiment platform", "NL", "Data", "Platform", "PROG-FOUNDATIONS", "ready",
      tokens: 85, moves: "KPI_CONVERSION", orders: 2200, conversion: 0.0009, retention: 0.002),
    Initiative(
      "INIT-000079", "Stock accuracy in stores", "NL", "Logistics", "Platform", "PROG-DELIVERY", "ready",
      tokens: 70, moves: "KPI_DELIVERY_DAYS", orders: 3100, deliveryDays: -0.05),
    Initiative(
      "INIT-000080", "Message queue upgrade", "NL", "Core", "TechDebt", "PROG-FOUNDATIONS", "ready",
      tokens: 40, moves: "KPI_SITE_SPEED", deliveryDays: -0.01),
    Initiative(
      "INIT-000081", "New checkout", "UK", "Checkout", "Revenue", "PROG-CHECKOUT", "ready",
      tokens: 220, moves: "KPI_CONVERSION", orders: 24500, conversion: 0.0042, bundle: "BNDL-PAYMENTS", needs: "INIT-000012",
      notes: "Depends on auth"),
    Initiative(
      "INIT-000082", "Wallet payments in the new checkout", "UK", "Payments", "Revenue", "PROG-CHECKOUT", "ready",
      tokens: 75, moves: "KPI_CONVERSION", orders: 6900, conversion: 0.0011, bundle: "BNDL-PAYMENTS"),
    Initiative(
      "INIT-000083", "Fraud rules for wallet payments", "UK", "Payments", "Compliance", "PROG-CHECKOUT", "ready",
      tokens: 45, moves: "NSM_ORDERS", orders: 400, bundle: "BNDL-PAYMENTS"),
    Initiative(
      "INIT-000084", "Customer service chat", "UK", "Service", "Experience", "PROG-SERVICE", "discovery",
      tokens: 90, moves: "KPI_RETENTION", orders: 1700, retention: 0.008, isSelected: false),
    Initiative(
      "INIT-000085", "BLIK payments", "PL", "Payments", "Revenue", "PROG-PAYMENTS", "ready",
      tokens: 60, moves: "KPI_CONVERSION", orders: 4600, conversion: 0.0007),
    Initiative(
      "INIT-000086", "Polish customer service", "PL", "Service", "Experience", "PROG-SERVICE", "ready",
      tokens: 35, moves: "NSM_ORDERS", orders: 1200, retention: 0.004),
    Initiative(
      "INIT-000087", "InPost integration", "PL", "Logistics", "Experience", "PROG-DELIVERY", "ready",
      tokens: 80, moves: "KPI_DELIVERY_DAYS", orders: 5400, deliveryDays: -0.13),
    Initiative(
      "INIT-000088", "Launch Lithuania from Poland", "PL", "Growth", "Revenue", "PROG-MARKETPLACE", "discovery",
      tokens: 160, moves: "NSM_ORDERS", orders: 7300, period: "2026-Q2", isSelected: false),
    Initiative(
      "INIT-000089", "Warehouse robots", "PL", "Logistics", "Platform", "PROG-DELIVERY", "discovery",
      moves: "KPI_DELIVERY_DAYS", orders: 6500, deliveryDays: -0.15, isSelected: false, notes: "Estimate expected in January"),
    Initiative(
      "INIT-000090", "Voice ordering", "PL", "Data", "Experience", "PROG-DISCOVERY", "idea",
      moves: "NSM_ORDERS", orders: 800, isSelected: false),
    Initiative(
      "INIT-000091", "Office relocation tooling", "PL", "Core", "Platform", "PROG-FOUNDATIONS", "parked",
      tokens: 50, moves: "NSM_ORDERS", isCandidate: false, isSelected: false, notes: "Not a product initiative"),
    Initiative(
      "INIT-000092", "Own delivery fleet", "UK", "Logistics", "Platform", "PROG-DELIVERY", "idea",
      tokens: 320, moves: "KPI_DELIVERY_DAYS", orders: 12500, deliveryDays: -0.3, isSelected: false),
    Initiative(
      "INIT-000099", "Feature Y", "DE", "Core", "Experience", "PROG-DISCOVERY", "discovery",
      tokens: 65, moves: "KPI_CONVERSION", orders: 4300, conversion: 0.0005),
  ]
}
