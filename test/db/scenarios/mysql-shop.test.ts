import { selling } from '../shop/selling.ts'

selling('mysql')
